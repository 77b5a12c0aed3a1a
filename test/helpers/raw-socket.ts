import { once } from "node:events";
import { waitFor } from "./wait-for.ts";

/** A signalling socket below socket.io: sends whatever frames a test likes (engine.io protocol 4, websocket). */
export class RawSocket {
  readonly frames: string[] = [];
  readonly #socket: WebSocket;
  #closed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.frames.push(String(data)));
    socket.addEventListener("close", () => {
      this.#closed = true;
    });
    socket.addEventListener("error", () => {});
  }

  /** Connects to a node; with a token, as the person it belongs to. */
  static async open(node: { url: string; path: string }, token?: string): Promise<RawSocket> {
    const socket = new WebSocket(`${node.url.replace("http", "ws")}${node.path}/?EIO=4&transport=websocket`);
    const raw = new RawSocket(socket);
    await once(socket, "open");
    if (token === undefined) return raw;
    raw.send(`40${JSON.stringify({ token })}`);
    await waitFor("the connection", () => raw.frames.some((frame) => frame.startsWith("40")));
    return raw;
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(frame);
  }

  async closed(): Promise<void> {
    await waitFor("the socket to be closed", () => this.#closed);
  }

  close(): void {
    this.#socket.close();
  }
}
