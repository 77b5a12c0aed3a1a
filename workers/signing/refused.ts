/** Evidence that is not what it has to be: a token, a signature, a certificate or a PDF that fails a check. */
export class Refused extends Error {
  override readonly name = "Refused";
}
