import { classNames } from "./class-names.ts";

const SIZES = { small: "size-6 text-xs", medium: "size-8 text-xs", large: "size-12 text-base" };

/** A person's initials. The name stands beside it, or is given here to a screen reader by `named`. */
export function Avatar({
  name,
  size = "medium",
  named = false,
}: {
  name: string;
  size?: keyof typeof SIZES;
  named?: boolean;
}) {
  const initials = name
    .split(/\s+/)
    .filter((part) => /^\p{L}/u.test(part))
    .map((part) => [...part][0]?.toLocaleUpperCase())
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("");
  return (
    <span
      {...(named ? { role: "img", "aria-label": name } : { "aria-hidden": true })}
      className={classNames(
        "inline-flex shrink-0 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent-text select-none",
        SIZES[size],
      )}
    >
      {initials || "?"}
    </span>
  );
}
