import { X } from "lucide-react";
import * as RadixDialog from "radix-ui/dialog";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "./class-names.ts";
import { IconButton } from "./icon-button.tsx";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  /** It is left by its own buttons only: a click beside it and Escape do nothing, and there is no cross. */
  locked?: boolean;
  wide?: boolean;
}

/** Asks or shows one thing above everything else. Focus stays in it and returns to where it was. */
export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, children, footer, locked = false, wide = false } = props;
  const { t } = useTranslation();
  const keepOpen = (event: Event) => {
    if (locked) event.preventDefault();
  };
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 grid animate-appear grid-cols-[minmax(0,1fr)] place-items-center overflow-y-auto bg-scrim p-4">
          <RadixDialog.Content
            onEscapeKeyDown={keepOpen}
            onPointerDownOutside={keepOpen}
            onInteractOutside={keepOpen}
            {...(description === undefined && { "aria-describedby": undefined })}
            className={classNames(
              "relative flex w-full animate-rise flex-col gap-4 rounded-surface bg-raised p-5 shadow-float outline-none sm:p-6",
              wide ? "max-w-2xl" : "max-w-md",
            )}
          >
            <div className={classNames("flex flex-col gap-1.5", !locked && "pr-8")}>
              <RadixDialog.Title className="text-lg font-semibold text-ink">{title}</RadixDialog.Title>
              {description !== undefined && (
                <RadixDialog.Description className="text-sm text-muted">{description}</RadixDialog.Description>
              )}
            </div>
            {children}
            {footer !== undefined && (
              <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">{footer}</div>
            )}
            {!locked && (
              <RadixDialog.Close asChild>
                <IconButton icon={X} label={t("close")} size="small" className="absolute top-4 right-4" />
              </RadixDialog.Close>
            )}
          </RadixDialog.Content>
        </RadixDialog.Overlay>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
