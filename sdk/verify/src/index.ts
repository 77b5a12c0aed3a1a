export type { Reason, ReasonCode } from "./reasons.ts";
export {
  type Answer,
  type Baseline,
  type Finding,
  type FindingCode,
  QUESTIONS,
  type Question,
  type Report,
  type SignatureSummary,
  Unreadable,
  type UnreadableCode,
  type Verdict,
} from "./report.ts";
export { TrustError, type TrustOptions } from "./trust-options.ts";
export { type VerifyOptions, verify } from "./verify.ts";
