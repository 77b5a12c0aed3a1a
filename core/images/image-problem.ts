/** Why a file is kept but cannot be shown. The code is stable; pages translate by it. */
export type ImageProblemCode =
  | "empty_file"
  | "damaged"
  | "too_many_pixels"
  | "too_slow"
  | "format_not_shown"
  | "active_content"
  | "unknown_format";

/** A file that cannot be shown as a picture: the code for programs, the message for people (English, one sentence). */
export class ImageProblem extends Error {
  override readonly name = "ImageProblem";
  readonly code: ImageProblemCode;

  constructor(code: ImageProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
