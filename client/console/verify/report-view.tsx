import { classNames } from "@nexbasira/ui/class-names.ts";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Finding, QUESTIONS, type Report, type Verdict } from "../../../sdk/verify/src/report.ts";
import { useFindingText } from "./use-finding-text.ts";

const LOOKS = {
  yes: { Icon: CircleCheck, text: "text-success-text", soft: "bg-success-soft" },
  no: { Icon: CircleX, text: "text-danger-text", soft: "bg-danger-soft" },
  unknown: { Icon: CircleHelp, text: "text-warning-text", soft: "bg-warning-soft" },
} as const;

/** One sentence, the answers below it, the details of each on demand, and what is not proven. */
export function ReportView({ name, report }: { name: string; report: Report }) {
  const { t } = useTranslation("console");
  const say = useFindingText();
  const look = LOOKS[report.verdict];
  return (
    <section data-testid="verify-report" data-verdict={report.verdict} className="flex flex-col gap-6">
      <div className={classNames("flex items-start gap-3 rounded-surface p-5", look.soft)}>
        <look.Icon size={28} aria-hidden className={classNames("mt-0.5 shrink-0", look.text)} />
        <div className="flex min-w-0 flex-col gap-1">
          <h2 className={classNames("text-lg font-semibold", look.text)}>{t(`verify.verdict.${report.verdict}`)}</h2>
          <p className="text-sm break-words text-ink">{name}</p>
          <Summary report={report} />
          {report.development && (
            <p data-testid="verify-development" className="mt-1 text-sm font-medium text-ink">
              {t("verify.development")}
            </p>
          )}
        </div>
      </div>
      <ul className="flex flex-col gap-3">
        {QUESTIONS.map((question) => (
          <li key={question}>
            <Question
              id={question}
              title={t(`verify.questions.${question}`)}
              verdict={report.answers[question].verdict}
              findings={report.answers[question].findings}
            />
          </li>
        ))}
      </ul>
      <div className="flex flex-col gap-2">
        <h3 className="text-base font-semibold">{t("verify.not_proven_here")}</h3>
        <ul className="flex list-disc flex-col gap-1 pl-5 text-sm text-muted">
          {report.not_proven.map((found) => (
            <li key={found.text}>{say(found)}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** What the file says it is, and how far its proof reaches. */
function Summary({ report }: { report: Report }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { session, baseline, anchored_until, counts } = report;
  return (
    <p data-figures className="text-sm text-muted">
      {[
        session && `${session.organization} · ${session.reference}`,
        session && t("verify.counts", { items: counts.items, entries: counts.entries }),
        baseline && t("verify.baseline", { baseline }),
        anchored_until && t("verify.anchored_until", { time: formatExactTime(anchored_until, language) }),
      ]
        .filter((part) => part !== null && part !== "")
        .join(" · ")}
    </p>
  );
}

function Question(props: { id: string; title: string; verdict: Verdict; findings: readonly Finding[] }) {
  const { t } = useTranslation("console");
  const { Icon, text } = LOOKS[props.verdict];
  return (
    <details
      data-testid={`answer-${props.id}`}
      data-verdict={props.verdict}
      open={props.verdict !== "yes"}
      className="rounded-surface border border-line bg-base"
    >
      <summary className="flex min-h-12 cursor-pointer items-center gap-3 px-4 py-2">
        <Icon size={20} aria-hidden className={classNames("shrink-0", text)} />
        <span className="flex-1 font-medium">{props.title}</span>
        <span className={classNames("shrink-0 text-sm font-semibold", text)}>
          {t(`verify.answer.${props.verdict}`)}
        </span>
      </summary>
      <ul className="flex flex-col gap-2 border-t border-line px-4 py-3">
        {props.findings.map((found, index) => (
          <FindingLine key={`${found.code}${index}`} found={found} />
        ))}
      </ul>
    </details>
  );
}

function FindingLine({ found }: { found: Finding }) {
  const { t } = useTranslation("console");
  const say = useFindingText();
  const { Icon, text } = LOOKS[found.verdict];
  return (
    <li className="flex items-start gap-2 text-sm">
      <Icon size={16} aria-hidden className={classNames("mt-0.5 shrink-0", text)} />
      <span className="min-w-0 break-words">
        <span className="sr-only">{t(`verify.answer.${found.verdict}`)}: </span>
        {say(found)}
      </span>
    </li>
  );
}
