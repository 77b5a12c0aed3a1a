/** What the caller trusts, for reasons of their own. */
export interface TrustOptions {
  /** Root certificates, PEM, one after the other. */
  roots?: readonly string[];
  /** EU trusted lists (ETSI TS 119 612), XML, as downloaded. */
  trustedLists?: readonly string[];
  /**
   * Keys of audit logs: verifier keys (C2SP signed-note), or the base64 of a bare Ed25519 key, which is then taken for
   * whatever log the file is of.
   */
  logKeys?: readonly string[];
}

/** What the caller gave cannot be used. */
export class TrustError extends Error {
  override readonly name = "TrustError";
}
