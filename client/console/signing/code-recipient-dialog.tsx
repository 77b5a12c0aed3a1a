import { CodeRecipient } from "@nexbasira/core/contract/signing.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setCodeRecipient } from "../api/signing.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useSigningMutation } from "./use-signing-mutation.ts";

export interface CodeRecipientDialogProps {
  sessionId: string;
  onClose: () => void;
  /** Goes on when it is said where codes go. */
  onDone: () => void;
  /** Goes on without a code; undefined where there has to be one. */
  onWithout: (() => void) | undefined;
}

/** Where the participant's one-time code goes, for somebody who came by a link alone. */
export function CodeRecipientDialog({ sessionId, onClose, onDone, onWithout }: CodeRecipientDialogProps) {
  const { t } = useTranslation("console");
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const set = useSigningMutation(sessionId, setCodeRecipient);
  const parsed = CodeRecipient.safeParse(recipientOf(text));
  const submit = (): void => {
    setTried(true);
    if (parsed.success) set.mutate(parsed.data, { onSuccess: onDone });
  };
  return (
    <FormDialog
      title={t("code_recipient.title")}
      description={t("code_recipient.text")}
      submit={t("code_recipient.set")}
      testId="code-recipient-set"
      busy={set.isPending}
      error={set.error}
      failed={t("code_recipient.failed")}
      instead={
        onWithout && (
          <Button onClick={onWithout} data-testid="without-code">
            {t("code_recipient.without")}
          </Button>
        )
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t("code_recipient.field")}
        hint={t("code_recipient.hint")}
        value={text}
        maxLength={254}
        autoComplete="off"
        error={tried && !parsed.success ? t("code_recipient.wrong") : undefined}
        onChange={(event) => setText(event.target.value)}
        data-testid="code-recipient"
      />
      {onWithout !== undefined && <p className="text-sm text-muted">{t("code_recipient.without_text")}</p>}
    </FormDialog>
  );
}

/** A number as people write it, with blanks and dots in it, or an address. */
function recipientOf(text: string) {
  const trimmed = text.trim();
  if (trimmed.includes("@")) return { channel: "email", email: trimmed };
  return { channel: "sms", phone: trimmed.replace(/[\s().-]/g, "").replace(/^00/, "+") };
}
