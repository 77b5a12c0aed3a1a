/** What the caller trusts, for reasons of their own. */
export interface TrustOptions {
  /** Root certificates, PEM, one after the other. */
  roots?: readonly string[];
  /**
   * EU trusted lists (ETSI TS 119 612), XML, as downloaded. They count only where their signature holds and they are not
   * expired; the list of the lists, given beside them, says who signs the national ones.
   */
  trustedLists?: readonly string[];
  /** Certificates of those who sign trusted lists, PEM: of the list of the lists, as the Official Journal has them. */
  trustedListSigners?: readonly string[];
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
