import { ConsoleNotice } from "@nexbasira/core/contract/console.ts";

/** Instead of a session's id: notices may have been lost, everything is to be read again. */
const ALL_SESSIONS = "*";
/** The browser connects again by itself, except where it got an answer that is no stream (a proxy's error page). */
const OPEN_AGAIN_MS = 5_000;

export interface NoticeStreamOptions {
  /** Something of this session has changed. */
  onSession: (sessionId: string) => void;
  /** Notices may have been missed. */
  onGap: () => void;
}

/**
 * The server's stream of notices, kept open until it is closed, while the page is seen. A page in the background lets
 * go of it, also one that the browser keeps for its way back: over HTTP/1.1 a browser has six connections to a host, and
 * six forgotten streams would leave none for anything else.
 */
export class NoticeStream {
  readonly #options: NoticeStreamOptions;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasCut = false;

  constructor(options: NoticeStreamOptions) {
    this.#options = options;
    document.addEventListener("visibilitychange", this.#follow);
    this.#follow();
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#follow);
    this.#pause();
  }

  readonly #follow = (): void => {
    if (document.visibilityState === "visible") this.#open();
    else this.#pause();
  };

  #pause(): void {
    clearTimeout(this.#timer);
    this.#wasCut ||= this.#source !== undefined;
    this.#source?.close();
    this.#source = undefined;
  }

  #open(): void {
    if (this.#source !== undefined && this.#source.readyState !== EventSource.CLOSED) return;
    const source = new EventSource("/console/api/events");
    this.#source = source;
    source.onmessage = (message: MessageEvent<string>) => this.#take(message.data);
    source.onopen = () => {
      if (this.#wasCut) this.#options.onGap();
      this.#wasCut = false;
    };
    source.onerror = () => {
      this.#wasCut = true;
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#open(), OPEN_AGAIN_MS);
    };
  }

  #take(data: string): void {
    const notice = parseNotice(data);
    if (notice === undefined) return;
    if (notice.session_id === ALL_SESSIONS) this.#options.onGap();
    else this.#options.onSession(notice.session_id);
  }
}

function parseNotice(data: string): ConsoleNotice | undefined {
  try {
    return ConsoleNotice.safeParse(JSON.parse(data)).data;
  } catch {
    // Not JSON: a notice of a newer server than this page; the next reading of the list shows what it was about.
    return undefined;
  }
}
