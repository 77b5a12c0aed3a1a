import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

/** The button that takes a photo: 76 pixels, a white disc in a ring, as every camera has it. */
export function ShutterButton({ label, className, ...rest }: { label: string } & ComponentProps<"button">) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      className={classNames(
        "group flex size-19 shrink-0 items-center justify-center rounded-full border-4 border-white bg-black/25",
        "disabled:opacity-40 disabled:pointer-events-none",
        className,
      )}
    >
      <span className="size-15 rounded-full bg-white transition-transform group-active:[transform:scale(0.88)]" />
    </button>
  );
}
