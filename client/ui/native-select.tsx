import { ChevronDown } from "lucide-react";
import { type ComponentProps, useId } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, describedBy, Field } from "./field.tsx";
import type { SelectProps } from "./select.tsx";

/** The device's own list to choose from: best on a phone, and for many options. */
export function NativeSelect<Value extends string>(
  props: SelectProps<Value> & Pick<ComponentProps<"select">, "className"> & { touch?: boolean },
) {
  const { label, value, options, onChange, hint, error, disabled, name, touch = false, className } = props;
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <div className="relative">
        <select
          id={id}
          name={name}
          value={value}
          disabled={disabled}
          aria-describedby={describedBy(id, hint, error)}
          onChange={(event) => {
            const option = options.find((candidate) => candidate.value === event.target.value);
            if (option !== undefined) onChange(option.value);
          }}
          className={classNames(controlClass(error !== undefined, touch), "appearance-none pr-9", className)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown
          size={16}
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-3 my-auto text-muted"
        />
      </div>
    </Field>
  );
}
