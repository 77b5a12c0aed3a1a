import { ApiError } from "@nexbasira/ui/api-error.ts";
import { CircleAlert } from "lucide-react";

export interface ProblemNoticeProps {
  error: Error;
  /** For a request that did not get as far as an answer, or that the server failed at. */
  otherwise: string;
  /** Our words for the codes of refusals that are to be expected. */
  known?: Readonly<Record<string, string>>;
}

/** Why something was not done. A refusal that we have no words for is told in the server's own. */
export function ProblemNotice({ error, otherwise, known = {} }: ProblemNoticeProps) {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-control bg-danger-soft px-3 py-2.5 text-sm text-danger-text"
    >
      <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">{refused ? (known[error.code] ?? error.message) : otherwise}</span>
    </p>
  );
}
