/** A delivery that NexBasira did not sign, that was altered, or that is too old or from the future. Answer it with 401. */
export class InvalidSignatureError extends Error {
  override readonly name = "InvalidSignatureError";
}
