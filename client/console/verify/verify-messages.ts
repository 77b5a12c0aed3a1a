import type { Report, TrustOptions, UnreadableCode } from "../../../sdk/verify/src/index.ts";

/** What the page asks its worker. */
export interface VerifyRequest {
  file: File;
  trust: TrustOptions;
}

/** What the worker answers: progress, and then one of the others. */
export type VerifyMessage =
  | { kind: "progress"; share: number }
  | { kind: "report"; report: Report }
  | { kind: "failed"; code: UnreadableCode | "trust"; message: string };
