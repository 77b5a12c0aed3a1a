import type { SessionNotice } from "@nexbasira/core/database/notify.ts";
import type { Response } from "express";

const HEARTBEAT_MS = 25_000;
/** A console that does not read any more is cut off: it connects again and reads everything anew. */
const MOST_UNREAD_BYTES = 64 * 1024;

/** Server-sent events to the consoles: something of a session has changed, read it again (HTML, section 9.2). */
export class SessionStream {
  readonly #consoles = new Map<Response, number>();
  #closed = false;
  readonly #heartbeat = setInterval(() => this.#write(undefined, ": still here\n\n"), HEARTBEAT_MS);

  /** Keeps the answer open until the console goes or `close()`; after that it ends at once, and the console tries again. */
  subscribe(orgId: number, response: Response): void {
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no" });
    response.flushHeaders();
    response.write("retry: 1000\n\n");
    if (this.#closed) {
      response.end();
      return;
    }
    this.#consoles.set(response, orgId);
    response.on("close", () => this.#consoles.delete(response));
  }

  publish(notice: SessionNotice): void {
    const message = JSON.stringify({ session_id: notice.session_id, type: notice.type });
    this.#write(notice.org_id, `data: ${message}\n\n`);
  }

  /** After notices may have been lost: every console reads again what it shows. */
  publishReload(): void {
    this.#write(undefined, `data: ${JSON.stringify({ session_id: "*", type: "reload" })}\n\n`);
  }

  #write(orgId: number | undefined, text: string): void {
    for (const [response, subscriber] of this.#consoles) {
      if (orgId !== undefined && subscriber !== orgId) continue;
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
      else response.write(text);
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    for (const response of this.#consoles.keys()) response.end();
    this.#consoles.clear();
  }
}
