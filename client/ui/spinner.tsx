import { LoaderCircle } from "lucide-react";

/** Only beside words, and only for what takes about a second. It says nothing to a screen reader. */
export function Spinner({ size = 20 }: { size?: number }) {
  return <LoaderCircle size={size} aria-hidden className="shrink-0 animate-spin" />;
}
