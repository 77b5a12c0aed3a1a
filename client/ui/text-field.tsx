import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import { controlClass, describedBy, Field } from "./field.tsx";

interface Labels {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  aside?: string;
  /** 48 pixels high, for a phone. */
  touch?: boolean;
}

export type TextFieldProps = Labels & Omit<ComponentProps<"input">, "id" | "children">;

/** One line of text with its label, hint and error. All attributes of an input pass through. */
export function TextField({ label, hint, error, aside, touch = false, className, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} {...(aside !== undefined && { aside })}>
      <input
        type="text"
        {...rest}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, hint, error)}
        className={classNames(controlClass(error !== undefined, touch), className)}
      />
    </Field>
  );
}

type TextAreaProps = Labels & Omit<ComponentProps<"textarea">, "id" | "children">;

/** Several lines of text. */
export function TextArea({ label, hint, error, aside, touch = false, className, ...rest }: TextAreaProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} {...(aside !== undefined && { aside })}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, hint, error)}
        className={classNames(controlClass(error !== undefined, touch), "py-2", className)}
      />
    </Field>
  );
}
