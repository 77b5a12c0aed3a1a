import type { ProviderSigning } from "@nexbasira/core/contract/signing.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { MessageSquareText } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

export interface LeaveFormProps {
  factors: NonNullable<ProviderSigning["credential"]>["factors"];
  codeSent: boolean;
  busy: string | null;
  onCode: () => Promise<void>;
  onLeave: (answers: Record<string, string>) => Promise<void>;
}

/** What a credential asks for before it signs: the service's own code, a PIN. */
export function LeaveForm({ factors, codeSent, busy, onCode, onLeave }: LeaveFormProps) {
  const { t } = useTranslation("participant");
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const needsCode = factors.some(({ kind }) => kind === "code");
  if (needsCode && !codeSent) {
    return (
      <Button
        variant="primary"
        size="large"
        block
        icon={MessageSquareText}
        busy={busy === "code"}
        onClick={() => void onCode()}
        data-testid="provider-code"
      >
        {t("code.send")}
      </Button>
    );
  }
  const asked = factors.filter(({ kind }) => kind !== "elsewhere");
  const complete = asked.every(({ id }) => (answers[id] ?? "") !== "");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!complete) return;
    void onLeave(answers);
    // What was given once is given no second time: services lock a credential after a few wrong ones.
    setAnswers({});
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {asked.map(({ id, kind, label, numeric }) => (
        <TextField
          key={id}
          touch
          type={kind === "password" ? "password" : "text"}
          label={label ?? t(kind === "password" ? "provider.factor.password" : "provider.factor.code")}
          value={answers[id] ?? ""}
          maxLength={200}
          inputMode={numeric ? "numeric" : "text"}
          autoComplete={kind === "code" ? "one-time-code" : "off"}
          onChange={(event) => setAnswers({ ...answers, [id]: event.target.value })}
          data-testid={`provider-factor-${id}`}
        />
      ))}
      <Button
        variant="primary"
        size="large"
        block
        type="submit"
        busy={busy === "leave"}
        disabled={!complete}
        data-testid="provider-sign"
      >
        {t("document.sign")}
      </Button>
      {needsCode && (
        <Button variant="quiet" size="touch" busy={busy === "code"} onClick={() => void onCode()}>
          {t("code.resend")}
        </Button>
      )}
    </form>
  );
}
