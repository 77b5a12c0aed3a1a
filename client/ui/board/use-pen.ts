import { useCallback, useState } from "react";
import type { Pen } from "./tools.ts";

/** What a page's board draws with: red, of medium width, the given tool first. */
export function usePen(tool: Pen["tool"] = "freehand"): [Pen, (change: Partial<Pen>) => void] {
  const [pen, setPen] = useState<Pen>({ tool, color: "red", width: "medium", stamp: "attention" });
  const change = useCallback((changed: Partial<Pen>) => setPen((before) => ({ ...before, ...changed })), []);
  return [pen, change];
}
