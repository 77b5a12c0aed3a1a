import type { ChatMessage } from "@nexbasira/core/contract/signalling.ts";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";

/** What was written in the call, in its order; notes are marked. */
export function Transcript({ messages }: { messages: readonly ChatMessage[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <ol
      data-testid="transcript"
      className="flex flex-col divide-y divide-line rounded-surface border border-line bg-base"
    >
      {messages.map(({ message_id, audience, name, text, sent_at }) => (
        <li key={message_id} className="grid gap-x-6 gap-y-1 p-4 text-sm sm:grid-cols-[14rem_minmax(0,1fr)]">
          <p className="text-muted">
            <span className="flex items-center gap-1.5 font-medium text-ink">
              {audience === "staff" && <Lock size={14} aria-hidden className="shrink-0" />}
              <span className="min-w-0 truncate">{audience === "staff" ? t("chat.note_by", { name }) : name}</span>
            </span>
            <time data-figures className="text-xs">
              {formatExactTime(new Date(sent_at).toISOString(), language)}
            </time>
          </p>
          <p dir="auto" className="break-words whitespace-pre-wrap">
            {text}
          </p>
        </li>
      ))}
    </ol>
  );
}
