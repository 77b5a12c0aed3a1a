import type { Anchor } from "@nexbasira/core/contract/audit.ts";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleCheck, Clock3 } from "lucide-react";
import { useTranslation } from "react-i18next";

/** What proves that the log was so at a time: each authority, its time, and what its word is worth. */
export function AnchorList({ anchors }: { anchors: readonly Anchor[] }) {
  const { t } = useTranslation("console");
  if (anchors.length === 0) return <p className="text-sm text-muted">{t("anchors.none")}</p>;
  return (
    <ul className="flex flex-col gap-3 text-sm" data-testid="anchors">
      {anchors.map((anchor) => (
        <AnchorRow key={anchor.id} anchor={anchor} />
      ))}
    </ul>
  );
}

function AnchorRow({ anchor }: { anchor: Anchor }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { authority, status, anchored_at, token_url, problem } = anchor;
  const isDone = status === "anchored";
  const Icon = isDone ? CircleCheck : Clock3;
  return (
    <li className="flex items-start gap-2.5">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${isDone ? "text-success-text" : "text-muted"}`} />
      <div className="flex min-w-0 flex-col gap-0.5">
        <p className="font-medium break-words text-ink">{authority}</p>
        <p className="text-muted">
          {isDone && anchored_at !== null ? formatExactTime(anchored_at, language) : t("anchors.pending")}
        </p>
        <p className="text-muted">{t(`anchors.${worthOf(anchor)}`)}</p>
        {problem !== null && <p className="break-words text-warning-text">{problem}</p>}
        {token_url !== null && (
          <a
            href={token_url}
            download
            className="flex min-h-6 items-center self-start font-medium text-accent-text underline-offset-2 hover:underline"
          >
            {t("anchors.token")}
          </a>
        )}
      </div>
    </li>
  );
}

/** Never more than it is: a development authority's stamp proves nothing elsewhere, whatever else is said of it. */
function worthOf({ kind, development, qualified }: Anchor): "development" | "bitcoin" | "qualified" | "not_qualified" {
  if (development) return "development";
  if (kind === "opentimestamps") return "bitcoin";
  return qualified ? "qualified" : "not_qualified";
}
