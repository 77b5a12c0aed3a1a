import type { VerificationOrigin } from "@nexbasira/core/contract/verification-link.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { CircleCheck, CircleX, QrCode } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Report } from "../../../sdk/verify/src/index.ts";

const LOOKS = {
  waiting: { Icon: QrCode, soft: "bg-sunken", text: "text-accent-text" },
  same: { Icon: CircleCheck, soft: "bg-success-soft", text: "text-success-text" },
  differs: { Icon: CircleX, soft: "bg-danger-soft", text: "text-danger-text" },
  other: { Icon: CircleX, soft: "bg-danger-soft", text: "text-danger-text" },
} as const;

/** Which report the reader's link is from, and whether the file is that one's. Whether it is genuine is said elsewhere. */
export function CameFrom({ origin, report }: { origin: VerificationOrigin; report: Report | undefined }) {
  const { t } = useTranslation("console");
  const state = stateOf(origin, report);
  const { Icon, soft, text } = LOOKS[state];
  const log = origin.log.replace(/(.{4})(?=.)/g, "$1 ");
  return (
    <section
      data-testid="came-from"
      data-state={state}
      aria-live="polite"
      className={classNames("flex items-start gap-3 rounded-surface p-4", soft)}
    >
      <Icon size={20} aria-hidden className={classNames("mt-0.5 shrink-0", text)} />
      <div className="flex min-w-0 flex-col gap-1 text-sm">
        <h2 className="font-semibold break-words">{t("verify.from.title", { reference: origin.reference })}</h2>
        <p className="break-words">{t(`verify.from.${state}`, { log, other: report?.session?.reference ?? "–" })}</p>
      </div>
    </section>
  );
}

function stateOf({ reference, log }: VerificationOrigin, report: Report | undefined): keyof typeof LOOKS {
  if (!report) return "waiting";
  if (report.session?.reference !== reference) return "other";
  return report.session.newest_entry?.startsWith(log) ? "same" : "differs";
}
