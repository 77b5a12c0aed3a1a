import { Button } from "@nexbasira/ui/button.tsx";
import { Pause } from "lucide-react";
import { useTranslation } from "react-i18next";

/** Somebody holds the picture: says who, and lets the person take it back. */
export function HeldBar({ by, onRelease }: { by: string; onRelease: () => void }) {
  const { t } = useTranslation("participant");
  return (
    <div
      role="status"
      data-testid="held"
      className="pointer-events-auto flex w-full max-w-md flex-wrap items-center gap-x-3 gap-y-2 rounded-surface bg-raised py-2 pr-2 pl-4 shadow-float"
    >
      <Pause size={20} aria-hidden className="shrink-0 text-accent-text" />
      <p className="min-w-32 flex-1 text-sm font-medium break-words">{t("held.text", { name: by })}</p>
      <Button size="touch" onClick={onRelease} data-testid="release" className="max-sm:flex-1">
        {t("held.release")}
      </Button>
    </div>
  );
}
