import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";

/** A way to a port of this machine that can become slow: 50 bytes a second, but never silent for long. */
export class SlowPath {
  /** As Redis is addressed. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #slow = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async open(target: number): Promise<SlowPath> {
    const server = createServer();
    const port = await freePort();
    const path = new SlowPath(server, port);
    server.on("connection", (client) => path.#join(client, connect(target, "127.0.0.1")));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return path;
  }

  #join(client: Socket, target: Socket): void {
    // Who goes away first breaks the connection for the other.
    for (const socket of [client, target]) this.#sockets.add(socket.on("error", () => {}));
    client.pipe(target).on("close", () => client.destroy());
    target.on("data", async (answer) => {
      if (!this.#slow) return client.write(answer);
      target.pause();
      for (const byte of answer) {
        if (client.destroyed) return;
        client.write(Uint8Array.of(Number(byte)));
        await delay(20);
      }
      target.resume();
    });
  }

  /** From now on. */
  trickle(): void {
    this.#slow = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
