/** Why a file cannot be a logo: one English sentence that may be shown to whoever sent it. */
export class LogoProblem extends Error {
  override readonly name = "LogoProblem";
}
