import { Check, ChevronDown } from "lucide-react";
import * as RadixSelect from "radix-ui/select";
import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, describedBy, Field } from "./field.tsx";

interface SelectOption<Value extends string> {
  value: Value;
  label: string;
}

export interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly SelectOption<Value>[];
  onChange: (value: Value) => void;
  hint?: ReactNode;
  error?: string | undefined;
  disabled?: boolean;
  name?: string;
}

/** One of a few. For many, or on a phone, take NativeSelect. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { label, value, options, onChange, hint, error, disabled = false, name } = props;
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <RadixSelect.Root value={value} onValueChange={choose} disabled={disabled} {...(name !== undefined && { name })}>
        <RadixSelect.Trigger
          id={id}
          aria-describedby={describedBy(id, hint, error)}
          className={classNames(controlClass(error !== undefined, false), "flex items-center justify-between gap-2")}
        >
          <RadixSelect.Value />
          <ChevronDown size={16} aria-hidden className="shrink-0 text-muted" />
        </RadixSelect.Trigger>
        <RadixSelect.Portal>
          <RadixSelect.Content
            position="popper"
            sideOffset={4}
            className="z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-surface border border-line bg-raised p-1 shadow-float"
          >
            <RadixSelect.Viewport>
              {options.map((option) => (
                <RadixSelect.Item
                  key={option.value}
                  value={option.value}
                  className="flex h-9 items-center justify-between gap-4 rounded-control px-2.5 text-sm text-ink outline-none data-highlighted:bg-hover"
                >
                  <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
                  <RadixSelect.ItemIndicator>
                    <Check size={16} aria-hidden className="text-accent-text" />
                  </RadixSelect.ItemIndicator>
                </RadixSelect.Item>
              ))}
            </RadixSelect.Viewport>
          </RadixSelect.Content>
        </RadixSelect.Portal>
      </RadixSelect.Root>
    </Field>
  );
}
