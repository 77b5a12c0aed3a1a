import type { OutboxMessage } from "@nexbasira/core/contract/console.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useQuery } from "@tanstack/react-query";
import { Inbox, Mail, MessageSquareText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../api/keys.ts";
import { type OutboxOwner, readOutbox } from "../api/outbox.ts";
import { usePageTitle } from "../common/use-page-title.ts";
import { MessageView } from "./message-view.tsx";

/** Outside the console no notices come: the box is looked into this often. */
const LOOK_MS = 3_000;

/** What development mode took instead of sending it: each message as its receiver would see it. */
export function OutboxPage({ owner }: { owner: OutboxOwner }) {
  const { t } = useTranslation("console");
  const { data, error, refetch } = useQuery({
    queryKey: [...queryKeys.outbox, owner],
    queryFn: ({ signal }) => readOutbox(owner, signal),
    refetchInterval: LOOK_MS,
  });
  usePageTitle(t("outbox.title"));
  return (
    <div className="flex min-h-full flex-col gap-5 p-4 sm:p-6">
      <header className="flex flex-col gap-1">
        <h1 className="text-lg font-semibold">{t("outbox.title")}</h1>
        <p className="max-w-2xl text-sm text-muted">{t("outbox.text")}</p>
      </header>
      {data === undefined && error === null && (
        <div className="max-w-sm">
          <SkeletonList rows={4} />
        </div>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <EmptyState icon={Inbox} title={t("outbox.empty")} text={t("outbox.empty_text")} />}
      {data !== undefined && data.length > 0 && <Messages messages={data} />}
    </div>
  );
}

function Messages({ messages }: { messages: readonly OutboxMessage[] }) {
  const { t } = useTranslation("console");
  const [chosenId, setChosenId] = useState<string>();
  const chosen = messages.find(({ id }) => id === chosenId) ?? messages[0];
  return (
    <div className="grid min-h-0 flex-1 items-start gap-6 lg:grid-cols-[20rem_minmax(0,1fr)]">
      <nav aria-label={t("outbox.messages")} className="max-lg:max-h-64 max-lg:overflow-y-auto">
        <ul className="flex flex-col gap-1">
          {messages.map((message) => (
            <li key={message.id}>
              <MessageRow message={message} isChosen={message === chosen} onChoose={() => setChosenId(message.id)} />
            </li>
          ))}
        </ul>
      </nav>
      {chosen !== undefined && <MessageView key={chosen.id} message={chosen} />}
    </div>
  );
}

interface MessageRowProps {
  message: OutboxMessage;
  isChosen: boolean;
  onChoose: () => void;
}

function MessageRow({ message, isChosen, onChoose }: MessageRowProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const Icon = message.channel === "sms" ? MessageSquareText : Mail;
  return (
    <button
      type="button"
      data-testid="outbox-message"
      aria-current={isChosen || undefined}
      onClick={onChoose}
      className={classNames(
        "flex w-full gap-3 rounded-control px-3 py-2.5 text-left text-sm transition-colors",
        isChosen ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <Icon size={20} aria-label={t(`channel.${message.channel}`)} className="mt-0.5 shrink-0 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="flex justify-between gap-2">
          <span data-figures className="truncate font-medium">
            {message.to}
          </span>
          <time
            dateTime={message.created_at}
            title={formatDate(message.created_at, language)}
            className="shrink-0 text-muted"
          >
            {formatTime(message.created_at, language)}
          </time>
        </span>
        <span className="block truncate text-muted">{message.subject ?? message.text}</span>
      </span>
    </button>
  );
}
