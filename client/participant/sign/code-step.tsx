import { CODE_DIGITS, type CodeOutcome, type CodeState } from "@nexbasira/core/contract/signing.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { controlClass, describedBy, Field } from "@nexbasira/ui/field.tsx";
import { MessageSquareText, RotateCw } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCountdown } from "./use-countdown.ts";
import type { SigningProblem } from "./use-signing.ts";

/** Longer than between any two codes: so many were sent that the next has to wait. */
const BETWEEN_S = 60;

type Failure = Exclude<CodeOutcome, "confirmed"> | SigningProblem;

export interface CodeStepProps {
  code: CodeState;
  onSend: () => Promise<SigningProblem | null>;
  onConfirm: (code: string) => Promise<CodeOutcome | SigningProblem>;
  /** What the button says that tries the code. */
  action: string;
  /** Whether the sixth digit tries it by itself: not where that signs something. */
  immediate: boolean;
}

/** Has a one-time code sent, and takes it. */
export function CodeStep({ code, onSend, onConfirm, action, immediate }: CodeStepProps) {
  const { t } = useTranslation("participant");
  const id = useId();
  const [digits, setDigits] = useState("");
  const [busy, setBusy] = useState<"send" | "confirm" | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const wait = useCountdown(code);
  const open = code.status === "sending" || code.status === "sent";

  const send = async (): Promise<void> => {
    setBusy("send");
    setFailure(await onSend());
    setDigits("");
    setBusy(null);
  };
  const confirm = async (given: string): Promise<void> => {
    setBusy("confirm");
    const outcome = await onConfirm(given);
    setBusy(null);
    if (outcome === "confirmed") return;
    setFailure(outcome);
    if (outcome === "wrong") setDigits("");
  };
  const write = (text: string): void => {
    const only = text.replace(/\D/g, "").slice(0, CODE_DIGITS);
    setDigits(only);
    if (only !== "") setFailure(null);
    if (immediate && only.length === CODE_DIGITS && only !== digits) void confirm(only);
  };
  const problem = failure !== null ? problemText(t, failure, code) : undefined;
  const resend = wait > 0 ? t("code.resend_in", { time: waitText(wait) }) : t("code.resend");
  const tooMany = wait > BETWEEN_S && <p className="text-sm text-muted">{t("code.limit")}</p>;

  if (!open) {
    const again = code.status !== "none";
    // What the code's own state says is not said twice.
    const told = failure === "wrong" || failure === "none" || failure === code.status || failure === "limit";
    return (
      <div data-testid="code-step" data-status={code.status} className="flex flex-col gap-4">
        <p className={classNames(again ? "text-warning-text" : "text-muted")} role={again ? "alert" : undefined}>
          {code.status === "none" && t("code.why", { to: code.sent_to })}
          {code.status === "failed" && t("code.failed", { to: code.sent_to })}
          {(code.status === "expired" || code.status === "confirmed") && t("code.expired")}
          {code.status === "too_many" && t("code.too_many")}
        </p>
        {problem !== undefined && !told && (
          <p role="alert" className="text-sm text-danger-text">
            {problem}
          </p>
        )}
        {tooMany}
        <Button
          variant="primary"
          size="large"
          block
          icon={MessageSquareText}
          busy={busy === "send"}
          disabled={wait > 0}
          onClick={() => void send()}
          data-testid="code-send"
        >
          {wait === 0 && !again ? t("code.send") : resend}
        </Button>
      </div>
    );
  }
  const hint =
    code.status === "sending" ? t("code.on_its_way", { to: code.sent_to }) : t("code.sent", { to: code.sent_to });
  return (
    <form
      data-testid="code-step"
      data-status={code.status}
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (digits.length === CODE_DIGITS) void confirm(digits);
      }}
    >
      <Field id={id} label={t("code.field")} hint={<span aria-live="polite">{hint}</span>} error={problem}>
        <input
          id={id}
          data-testid="code-field"
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9]*"
          enterKeyHint="done"
          // biome-ignore lint/a11y/noAutofocus: the person has just asked for what is to be written here
          autoFocus
          value={digits}
          aria-invalid={problem !== undefined}
          aria-describedby={describedBy(id, hint, problem)}
          // Not disabled: that would take the focus and the keyboard from whoever writes the next try.
          readOnly={busy === "confirm"}
          onChange={(event) => write(event.target.value)}
          className={classNames(
            controlClass(problem !== undefined, true),
            "min-h-16 text-center font-semibold tabular-nums tracking-[0.35em] [font-size:28px]!",
          )}
        />
      </Field>
      <Button
        variant="primary"
        size="large"
        block
        type="submit"
        busy={busy === "confirm"}
        disabled={digits.length !== CODE_DIGITS}
        data-testid="code-confirm"
      >
        {action}
      </Button>
      {tooMany}
      <Button
        variant="quiet"
        size="touch"
        icon={RotateCw}
        busy={busy === "send"}
        disabled={wait > 0}
        onClick={() => void send()}
        data-testid="code-resend"
      >
        {resend}
      </Button>
    </form>
  );
}

function problemText(
  t: ReturnType<typeof useTranslation<"participant">>["t"],
  failure: Failure,
  code: CodeState,
): string {
  if (failure === "wrong") return t("code.wrong", { count: code.attempts_left });
  if (failure === "none" || failure === "expired") return t("code.expired");
  return t(`code.${failure}`);
}

/** In units that all four languages write alike. */
function waitText(seconds: number): string {
  if (seconds <= 90) return `${seconds} s`;
  return seconds <= 90 * 60 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}
