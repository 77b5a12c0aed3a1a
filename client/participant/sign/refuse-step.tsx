import { Button } from "@nexbasira/ui/button.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFocusAtFirst } from "../live/use-focus-at-first.ts";
import type { SigningProblem } from "./use-signing.ts";

/** Asks once more before the report is left unsigned, since that is for good. */
export function RefuseStep({
  onRefuse,
  onBack,
}: {
  onRefuse: () => Promise<SigningProblem | null>;
  onBack: () => void;
}) {
  const { t } = useTranslation("participant");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const title = useFocusAtFirst<HTMLHeadingElement>();
  const refuse = async (): Promise<void> => {
    setBusy(true);
    setFailed((await onRefuse()) !== null);
    setBusy(false);
  };
  return (
    <section aria-labelledby="refuse-title" className="flex flex-col gap-4 border-t border-line pt-4">
      <h2 ref={title} tabIndex={-1} id="refuse-title" className="text-base font-semibold text-ink outline-none">
        {t("document.refuse_title")}
      </h2>
      <p>{t("document.refuse_text")}</p>
      {failed && (
        <p role="alert" className="text-sm text-danger-text">
          {t("code.offline")}
        </p>
      )}
      <Button variant="primary" size="large" block onClick={onBack}>
        {t("document.refuse_back")}
      </Button>
      <Button
        variant="danger"
        size="large"
        block
        busy={busy}
        onClick={() => void refuse()}
        data-testid="confirm-refuse"
      >
        {t("document.refuse_confirm")}
      </Button>
    </section>
  );
}
