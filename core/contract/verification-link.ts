/** How much of a hash a link carries, in hexadecimal digits: 64 bits, which nobody meets by chance. */
const DIGITS = 16;

/** From which report somebody came to the verification page. */
export interface VerificationOrigin {
  reference: string;
  /** The beginning of the hash that the report's pages print: that of the log's newest entry. */
  log: string;
}

/**
 * Where a report's QR code leads: the verification page, with what tells this report from others behind the `#`, which no
 * browser sends to a server. A file cannot hold its own hash; that of the log's newest entry stands for it.
 */
export function verificationLink(
  publicUrl: string,
  { reference, auditChainHash }: { reference: string; auditChainHash: string },
): string {
  const fragment = new URLSearchParams({ reference, log: auditChainHash.slice(0, DIGITS) });
  return `${publicUrl}/verify#${fragment}`;
}

/** Reads the part behind the `#`; null where it is none of ours. */
export function readVerificationOrigin(fragment: string): VerificationOrigin | null {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const [reference, log] = [values.get("reference"), values.get("log")];
  if (!reference || reference.length > 200 || !log || !/^[0-9a-f]{16}$/.test(log)) return null;
  return { reference, log };
}
