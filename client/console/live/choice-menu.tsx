import { Check } from "lucide-react";
import * as Menu from "radix-ui/dropdown-menu";
import type { ReactElement } from "react";
import { keepFocusFromMouse } from "./keep-focus-from-mouse.ts";

export interface ChoiceMenuProps {
  label: string;
  /** The value in use, if it is known. */
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChoose: (value: string) => void;
  /** The button that opens it. */
  children: ReactElement;
}

/** One of a few, from a menu above its button. */
export function ChoiceMenu({ label, value, options, open, onOpenChange, onChoose, children }: ChoiceMenuProps) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Menu.Trigger asChild>{children}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          side="top"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          onCloseAutoFocus={keepFocusFromMouse}
          className="z-50 max-h-80 max-w-72 min-w-44 animate-appear overflow-y-auto rounded-surface border border-line bg-raised p-1 shadow-float outline-none"
        >
          <Menu.RadioGroup value={value ?? ""} onValueChange={onChoose}>
            {options.map((option) => (
              <Menu.RadioItem
                key={option.value}
                value={option.value}
                className="flex min-h-9 cursor-default items-center justify-between gap-4 rounded-control px-2.5 py-1.5 text-sm text-ink outline-none data-highlighted:bg-hover"
              >
                <span className="min-w-0 break-words">{option.label}</span>
                <Menu.ItemIndicator>
                  <Check size={16} aria-hidden className="text-accent-text" />
                </Menu.ItemIndicator>
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
