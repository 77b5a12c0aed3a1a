import { Check } from "lucide-react";
import * as Menu from "radix-ui/dropdown-menu";
import type { ReactElement } from "react";
import { keepFocusFromMouse } from "./keep-focus-from-mouse.ts";

export interface ChoiceMenuProps {
  label: string;
  /** The value in use, if it is known. */
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  /** Why none can be chosen now. */
  away: string | undefined;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onChoose: (value: string) => void;
  /** The button that opens it. */
  children: ReactElement;
}

/** One of a few, from a menu above its button. */
export function ChoiceMenu({ label, value, options, away, open, onOpenChange, onChoose, children }: ChoiceMenuProps) {
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
          {away !== undefined && <Menu.Label className="px-2.5 py-1.5 text-sm text-muted">{away}</Menu.Label>}
          <Menu.RadioGroup value={value ?? ""} onValueChange={(chosen) => away === undefined && onChoose(chosen)}>
            {options.map((option) => (
              <Menu.RadioItem
                key={option.value}
                value={option.value}
                // Not Radix's own: that takes the focus from an item under the mouse.
                aria-disabled={away !== undefined || undefined}
                onSelect={(event) => away !== undefined && event.preventDefault()}
                className="flex min-h-9 cursor-default items-center justify-between gap-4 rounded-control px-2.5 py-1.5 text-sm text-ink outline-none aria-disabled:text-muted data-highlighted:bg-hover"
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
