import type { ProviderChoice } from "@nexbasira/core/contract/signing.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { formatDate } from "@nexbasira/ui/format.ts";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Ban, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

export interface CredentialChoicesProps {
  choices: readonly ProviderChoice[];
  /** The one that is being taken; no other can be taken meanwhile. */
  busy?: string | null;
  onChoose?: (id: string) => Promise<void>;
}

const ROW = "flex min-h-14 w-full items-center gap-3 rounded-control border border-line px-4 py-3 text-left";

/** The person's certificates at a signing service: those that can sign to be tapped, the others with what is wrong. */
export function CredentialChoices({ choices, busy = null, onChoose }: CredentialChoicesProps) {
  if (choices.length === 0) return null;
  return (
    <ul className="flex flex-col gap-2">
      {choices.map((choice) => (
        <li key={choice.id}>
          {choice.problem === null ? (
            <button
              type="button"
              disabled={busy !== null}
              aria-busy={busy === choice.id || undefined}
              onClick={() => void onChoose?.(choice.id)}
              data-testid="provider-choice"
              className={classNames(ROW, "bg-base text-ink hover:bg-hover disabled:opacity-50")}
            >
              <Description choice={choice} />
              {busy === choice.id ? (
                <Spinner size={20} />
              ) : (
                <ChevronRight size={20} aria-hidden className="shrink-0 text-muted" />
              )}
            </button>
          ) : (
            <div
              data-testid="provider-unusable"
              data-problem={choice.problem}
              className={classNames(ROW, "text-muted")}
            >
              <Description choice={choice} />
              <Ban size={20} aria-hidden className="shrink-0" />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Description({ choice }: { choice: ProviderChoice }) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const { name, valid_until, algorithm, problem } = choice;
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="break-words font-medium">{name}</span>
      {problem !== null && (
        <span className="text-sm font-medium text-warning-text">{t(`provider.unusable.${problem}`)}</span>
      )}
      <span className="text-sm text-muted">
        {[
          valid_until !== null &&
            t(problem === "expired" ? "provider.ended_on" : "provider.valid_until", {
              date: formatDate(valid_until, language),
            }),
          algorithm,
        ]
          .filter((part) => typeof part === "string")
          .join(" · ")}
      </span>
    </span>
  );
}
