const OWN_CERTIFICATES = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** Why a request got no answer, in words: `fetch` says it in its error's cause. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer within the time limit";
  const cause = error.cause instanceof Error ? error.cause : error;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
  const hint = code && OWN_CERTIFICATES.has(code) ? " (name its authority by NODE_EXTRA_CA_CERTS)" : "";
  return `${cause.message || code || error.message}${hint}`;
}
