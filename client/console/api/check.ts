import { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";

/** What the check before a call needs; works for some minutes. */
export function openCheck(): Promise<CheckAnswer> {
  return fetchJson("/console/api/check", { schema: CheckAnswer });
}
