import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";

/** Listens at a port of several addresses of this machine, on each by a server of its own. */
export class Canary {
  readonly port: number;
  readonly #servers: Server[];
  readonly #sockets = new Set<Socket>();
  readonly #answer: string;
  #connections = 0;

  private constructor(port: number, keepAlive: boolean) {
    this.port = port;
    this.#servers = [];
    this.#answer = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${keepAlive ? "" : "Connection: close\r\n"}\r\n`;
  }

  /** What comes is counted, and answered with 200; at a `port` of its own choosing where none is given. */
  static async start(
    addresses: readonly string[] = ["127.0.0.1", "::1"],
    port?: number,
    { keepAlive = false } = {},
  ): Promise<Canary> {
    for (;;) {
      const canary = new Canary(port ?? (await freePort()), keepAlive);
      try {
        for (const address of addresses) await canary.#listen(address);
        return canary;
      } catch (error) {
        await canary.close();
        // Another program took the port at one of the addresses: try with another one.
        const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
        if (!taken || port !== undefined) throw error;
      }
    }
  }

  /** How many connections came since it was last asked. */
  takeConnections(): number {
    const connections = this.#connections;
    this.#connections = 0;
    return connections;
  }

  async #listen(address: string): Promise<void> {
    const server = createServer((socket) => {
      this.#connections++;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket)).on("error", () => undefined);
      // The body that the tests post is the end of a request.
      socket.setEncoding("latin1").on("data", (text) => {
        if (String(text).endsWith("{}")) socket.write(this.#answer);
      });
    });
    this.#servers.push(server);
    server.listen({ host: address, port: this.port, ipv6Only: true });
    await once(server, "listening");
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
