/** Every code a border can answer with, and the HTTP status it goes with (docs: "Errors" in the API guide). */
export const ERROR_STATUS = {
  validation_error: 400,
  authentication_error: 401,
  permission_denied: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  endpoint_paused: 409,
  idempotency_in_progress: 409,
  legal_hold: 409,
  gone: 410,
  evidence_deleted: 410,
  payload_too_large: 413,
  unsupported_media: 415,
  idempotency_key_reused: 422,
  hash_mismatch: 422,
  rate_limited: 429,
  quota_exceeded: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface AppErrorOptions {
  /** The request field at fault, as a path: `participant.phone`. */
  param?: string;
  /** For logs only; never sent to a caller. */
  detail?: unknown;
  cause?: unknown;
}

/** What an action throws and a border answers: a code, a message that may be shown to anybody, and private detail. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly detail: unknown;

  constructor(code: ErrorCode, publicMessage: string, options: AppErrorOptions = {}) {
    super(publicMessage, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.param = options.param;
    this.detail = options.detail;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** A task's failure that another try may mend: a service that is down, a file not yet there. */
export class Retryable extends Error {
  override readonly name = "Retryable";
}

/** A task's failure that no further try can mend: input that is broken for good. */
export class Permanent extends Error {
  override readonly name = "Permanent";
}
