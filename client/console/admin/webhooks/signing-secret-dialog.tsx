import { SecretDialog } from "@nexbasira/ui/secret-dialog.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Segments } from "../segments.tsx";
import { CodeBlock } from "./code-block.tsx";
import { VERIFY_SNIPPETS } from "./verify-snippets.ts";

export interface SigningSecretDialogProps {
  /** Undefined closes the dialog. */
  secret: string | undefined;
  description: string;
  onDone: () => void;
}

/** A signing secret, this once, and how a receiver verifies with it. */
export function SigningSecretDialog({ secret, description, onDone }: SigningSecretDialogProps) {
  const { t } = useTranslation("console");
  return (
    <SecretDialog
      secret={secret}
      title={t("admin.webhooks.secret")}
      description={description}
      note={t("admin.webhooks.secret_note")}
      onDone={onDone}
    >
      <VerifyExample />
    </SecretDialog>
  );
}

function VerifyExample() {
  const { t } = useTranslation("console");
  const [language, setLanguage] = useState<(typeof VERIFY_SNIPPETS)[number]["value"]>("node");
  const shown = VERIFY_SNIPPETS.find(({ value }) => value === language);
  return (
    <div className="flex min-w-0 flex-col gap-2 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-sm font-medium text-ink">{t("admin.webhooks.verify")}</h3>
        <Segments
          label={t("admin.webhooks.verify_language")}
          value={language}
          segments={VERIFY_SNIPPETS}
          onChange={setLanguage}
        />
      </div>
      <p className="text-sm text-muted">{t("admin.webhooks.verify_text")}</p>
      {shown !== undefined && <CodeBlock label={shown.label} code={shown.code} data-testid="verify-snippet" />}
    </div>
  );
}
