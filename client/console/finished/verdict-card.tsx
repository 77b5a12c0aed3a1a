import type { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { STATUS_ICONS, STATUS_TEXT, type StatusKind } from "@nexbasira/ui/status.ts";
import { RotateCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Report, Verdict } from "../../../sdk/verify/src/report.ts";
import { useFindingText } from "../verify/use-finding-text.ts";
import { useVerdict } from "./use-verdict.ts";

const KINDS: Record<Verdict, StatusKind> = { yes: "success", no: "danger", unknown: "neutral" };
const QUESTIONS = ["integrity", "changes", "identity", "time", "level", "completeness"] as const;

/** What our own verifier says of the signed PDF, run on its bytes in this very browser; nothing where there is no PDF. */
export function VerdictCard({ file }: { file: EvidenceFile }) {
  const { t } = useTranslation("console");
  const { report, progress, failed, retry } = useVerdict(file.pdf_sha256, file.pdf_url);
  if (file.pdf_url === null) return null;
  return (
    <Card className="flex flex-col gap-3" data-testid="verdict">
      <h2 className="text-base font-semibold">{t("verdict.title")}</h2>
      {report === undefined && !failed && (
        <>
          <p className="text-sm text-muted">{t("verdict.running")}</p>
          <Progress label={t("verdict.running")} value={progress} />
        </>
      )}
      {failed && (
        <div className="flex flex-col items-start gap-3">
          <p className="text-sm text-muted">{t("verdict.failed")}</p>
          <Button icon={RotateCw} size="small" onClick={retry}>
            {t("retry", { ns: "common" })}
          </Button>
        </div>
      )}
      {report !== undefined && <Answers report={report} />}
    </Card>
  );
}

function Answers({ report }: { report: Report }) {
  const { t } = useTranslation("console");
  const say = useFindingText();
  return (
    <>
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">{t(`verdict.whole.${report.verdict}`)}</p>
        <p className="text-muted">{t("verdict.note")}</p>
        {report.development && <p className="text-warning-text">{t("signature.development_text")}</p>}
      </div>
      <ul className="flex flex-col gap-2 text-sm">
        {QUESTIONS.map((question) => {
          const { verdict, findings } = report.answers[question];
          const kind = KINDS[verdict];
          const Icon = STATUS_ICONS[kind];
          return (
            <li key={question} data-verdict={verdict} className="flex items-start gap-2.5">
              <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${STATUS_TEXT[kind]}`} />
              <div className="min-w-0 flex-1 break-words" title={findings.map(say).join("\n")}>
                <p className="flex flex-wrap justify-between gap-x-3">
                  {t(`verdict.questions.${question}`)}
                  <span className={`font-medium ${STATUS_TEXT[kind]}`}>{t(`verdict.answers.${verdict}`)}</span>
                </p>
                {verdict !== "yes" &&
                  findings
                    .filter((found) => found.verdict === verdict)
                    .map((found, index) => (
                      <p key={`${found.code}${index}`} className="text-muted">
                        {say(found)}
                      </p>
                    ))}
              </div>
            </li>
          );
        })}
      </ul>
      <Link
        to="/verify"
        className="flex min-h-6 items-center self-start text-sm font-medium text-accent-text underline-offset-2 hover:underline"
      >
        {t("verdict.page")}
      </Link>
    </>
  );
}
