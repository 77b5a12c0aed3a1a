export interface ApiErrorDetails {
  /**
   * A code of the API, such as `validation_error`, or one of the client's own: `network` (no answer came), `timeout`
   * (none in time), `bad_answer` (one that could not be understood).
   */
  code: string;
  /** The HTTP status; 0 where no answer came. */
  status: number;
  /** For people, in the API's language; may be shown. */
  title: string;
  detail?: string | undefined;
  /** The field at fault, as a path: `participant.phone`. */
  param?: string | undefined;
  requestId?: string | undefined;
}

/** A request that failed. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly param: string | undefined;
  readonly requestId: string | undefined;

  constructor(details: ApiErrorDetails, options?: ErrorOptions) {
    super(details.detail ?? details.title, options);
    this.code = details.code;
    this.status = details.status;
    this.title = details.title;
    this.detail = details.detail;
    this.param = details.param;
    this.requestId = details.requestId;
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
