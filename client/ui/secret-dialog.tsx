import { type ReactNode, useState } from "react";
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
  /** What becomes of the secret here; that only a hash is kept, if not given. */
  note?: string;
  /** The secret was kept: forget it. */
  onDone: () => void;
  /** How it is used, below it. */
  children?: ReactNode;
}

/** Shows a secret that is never shown again. It closes only after one says that it is kept, or has copied it. */
export function SecretDialog({ secret, title, description, note, onDone, children }: SecretDialogProps) {
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
      wide={children !== undefined}
      title={title}
      description={description}
      footer={
        <Button variant="primary" disabled={!kept} onClick={finish}>
          {t("secret.done")}
        </Button>
      }
    >
      <div className="flex min-w-0 flex-col gap-3">
        <code
          data-testid="secret"
          className="block rounded-control border border-line bg-sunken p-3 font-mono text-sm break-all text-ink select-all"
        >
          {secret}
        </code>
        <CopyButton text={secret ?? ""} label={t("secret.copy")} onCopied={() => setKept(true)} />
        <Switch label={t("secret.kept")} description={note ?? t("secret.once")} checked={kept} onChange={setKept} />
        {children}
      </div>
    </Dialog>
  );
}
