import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { createProxyServer } from "http-proxy-3";
import type { MediaNodes } from "../media/media-nodes.ts";

/** Passes signalling sockets, `/media/<node>/…`, on to their media process; in production the front proxy does. */
export class MediaProxy {
  readonly #nodes: MediaNodes;
  readonly #log: Logger;
  readonly #proxy = createProxyServer({ ws: true, xfwd: true });
  readonly #sockets = new Set<Duplex>();

  constructor(nodes: MediaNodes, log: Logger) {
    this.#nodes = nodes;
    this.#log = log;
    this.#proxy.on("error", (error) => this.#log.debug({ err: error }, "a signalling connection broke"));
  }

  /** For a server's `upgrade` event. A dead node's connections go to another one; a path that leads to none is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const name = /^\/media\/([a-z0-9-]{1,32})\//.exec(request.url ?? "")?.[1];
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // The client goes away in the middle of a frame every day; without a listener that ends the process.
    socket.on("error", (error) => this.#log.debug({ err: error }, "a signalling socket broke"));
    this.#forward(name, request, socket, head).catch((error: unknown) => {
      this.#log.warn({ err: error, node: name }, "a signalling connection could not be passed on");
      socket.destroy();
    });
  }

  async #forward(name: string | undefined, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const node = name === undefined ? undefined : await this.#nodes.findNode(name);
    if (!node || !(socket instanceof Socket)) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    if (node.name !== name) request.url = request.url?.replace(`/media/${name}/`, `/media/${node.name}/`);
    this.#proxy.ws(request, socket, head, { target: node.url }, (error) => {
      this.#log.debug({ err: error, node: node.name }, "the media process does not answer");
      socket.destroy();
    });
  }

  close(): void {
    this.#proxy.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
