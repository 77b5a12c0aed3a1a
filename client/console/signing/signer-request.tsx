import type { SessionSigning } from "@nexbasira/core/contract/console.ts";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import type { StatusKind } from "@nexbasira/ui/status.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useTranslation } from "react-i18next";

type Request = NonNullable<SessionSigning["request"]>;

const KINDS: Record<Request["state"], StatusKind> = {
  waiting: "info",
  confirmed: "info",
  signed: "success",
  refused: "warning",
  expired: "warning",
  given_up: "warning",
};

/** Where the participant's signature of the finished report stands. */
export function SignerRequestView({ request }: { request: Request }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const time = (at: string) => formatExactTime(at, language);
  const { state, closed_at, signed_at } = request;
  return (
    <div data-testid="signer-request" data-state={state} className="flex flex-col gap-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="font-medium">{request.name}</span>
        <StatusPill kind={KINDS[state]} label={t(`signer.states.${state}`)} />
      </div>
      {(state === "waiting" || state === "confirmed") && (
        <p className="text-muted">
          {t("signer.since", { time: time(request.asked_at) })} {t("signer.until", { time: time(request.expires_at) })}
        </p>
      )}
      {state === "signed" && signed_at !== null && (
        <p className="text-muted">
          {time(signed_at)}
          {request.certificate_subject !== null && (
            <span className="block break-words">
              {t("signer.certificate", { subject: request.certificate_subject })}
            </span>
          )}
        </p>
      )}
      {closed_at !== null && state !== "signed" && <p className="text-muted">{time(closed_at)}</p>}
    </div>
  );
}
