import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./icon-button.tsx";

export interface SheetProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

/** A phone's dialog: it comes up from the bottom, within the thumb's reach. The browser's own dialog element. */
export function Sheet({ open, onClose, title, children }: SheetProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog element by itself.
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        // A click on the element itself is one on its backdrop: its content covers the rest.
        if (event.target === dialog.current) onClose();
      }}
      className="fixed inset-x-0 top-auto bottom-0 m-0 mx-auto max-h-[85%] w-full max-w-lg animate-rise overflow-y-auto rounded-t-[20px] bg-raised p-0 text-ink shadow-float backdrop:bg-scrim"
    >
      <div className="flex flex-col gap-4 p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))]">
        <header className="flex items-center justify-between gap-4">
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          <IconButton icon={X} label={t("close")} size="touch" onClick={onClose} className="-my-2 -mr-2" />
        </header>
        {open && children}
      </div>
    </dialog>
  );
}
