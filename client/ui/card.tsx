import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";

/** A surface for what belongs together. `padded` is 20 pixels; without it for tables and pictures that reach the edge. */
export function Card({ padded = true, className, ...rest }: ComponentProps<"div"> & { padded?: boolean }) {
  return (
    <div
      {...rest}
      className={classNames("overflow-hidden rounded-surface border border-line bg-base", padded && "p-5", className)}
    />
  );
}
