import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";
import { Switch } from "./switch.tsx";

export interface SecretDialogProps {
  /** The secret to show once; undefined closes the dialog. */
  secret: string | undefined;
  title: string;
  description: string;
  /** The secret was kept: forget it. */
  onDone: () => void;
}

/** Shows a secret that is never shown again. It closes only after one says that it is kept, or has copied it. */
export function SecretDialog({ secret, title, description, onDone }: SecretDialogProps) {
  const { t } = useTranslation();
  const [kept, setKept] = useState(false);
  const finish = () => {
    setKept(false);
    onDone();
  };
  return (
    <Dialog
      open={secret !== undefined}
      onOpenChange={() => undefined}
      locked
      title={title}
      description={description}
      footer={
        <Button variant="primary" disabled={!kept} onClick={finish}>
          {t("secret.done")}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <code className="block rounded-control border border-line bg-sunken p-3 font-mono text-sm break-all text-ink select-all">
          {secret}
        </code>
        <CopyButton text={secret ?? ""} label={t("secret.copy")} onCopied={() => setKept(true)} />
        <Switch label={t("secret.kept")} description={t("secret.once")} checked={kept} onChange={setKept} />
      </div>
    </Dialog>
  );
}
