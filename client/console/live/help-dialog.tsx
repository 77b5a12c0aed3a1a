import { Dialog } from "@nexbasira/ui/dialog.tsx";
import { Kbd } from "@nexbasira/ui/kbd.tsx";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { useTranslation } from "react-i18next";
import { type LiveAction, SHORTCUTS } from "./keys.ts";

export interface HelpDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The actions that there are keys for. */
  actions: readonly LiveAction[];
  keysOn: boolean;
  onKeysOn: (on: boolean) => void;
}

/** All keys of the live page, and a way to do without them (WCAG 2.2, 2.1.4). */
export function HelpDialog({ open, onOpenChange, actions, keysOn, onKeysOn }: HelpDialogProps) {
  const { t } = useTranslation("console");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("keys.title")} wide>
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {actions.map((action) => (
          <KeyRow key={action} name={t(`keys.${action}`)} shortcut={SHORTCUTS[action]} />
        ))}
        {actions.includes("board") && (
          <>
            <KeyRow name={t("keys.tools")} shortcut="1 – 0" />
            <KeyRow name={t("keys.undo")} shortcut="Control+Z" />
          </>
        )}
      </dl>
      <Switch label={t("keys.switch")} description={t("keys.switch_hint")} checked={keysOn} onChange={onKeysOn} />
    </Dialog>
  );
}

function KeyRow({ name, shortcut }: { name: string; shortcut: string }) {
  return (
    <div className="flex items-center justify-between gap-4 border-b border-line py-2 text-sm">
      <dt>{name}</dt>
      <dd>
        <Kbd shortcut={shortcut} />
      </dd>
    </div>
  );
}
