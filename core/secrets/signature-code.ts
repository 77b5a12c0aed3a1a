import { createHmac, timingSafeEqual } from "node:crypto";
import { CODE_DIGITS } from "../contract/signing.ts";
import { deriveKey } from "./sealed-token.ts";

/** All that a one-time code is bound to: with any of it changed, it is another code. */
export interface CodeBinding {
  id: string;
  session_id: string;
  participant_id: string;
  purpose: "drawing" | "document";
  /** SHA-256 of the document that the code stands for. */
  document_sha256: string | null;
  recipient: string;
}

/**
 * The one-time code of this binding, by HMAC-SHA-256 and the truncation of HOTP (RFC 4226, section 5.3). It is stored
 * nowhere: whoever reads the database finds no code and, without the server's secret, cannot make one.
 */
export function signatureCode(secret: string, binding: CodeBinding): string {
  const { id, session_id, participant_id, purpose, document_sha256, recipient } = binding;
  const bound = JSON.stringify([id, session_id, participant_id, purpose, document_sha256, recipient]);
  const mac = createHmac("sha256", deriveKey(secret, "signature-code")).update(bound).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0xf;
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, "0");
}

/** Whether this is the binding's code; in a time that does not tell how much of it is right. */
export function isSignatureCode(secret: string, binding: CodeBinding, given: string): boolean {
  const expected = Buffer.from(signatureCode(secret, binding));
  const said = Buffer.from(given);
  return said.length === expected.length && timingSafeEqual(said, expected);
}
