import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "./free-port.ts";

/**
 * What the way to the server is like.
 * `whole`: as it should be. `cut`: connections end and none is let in. `silent`: nothing comes through and nobody is
 * told, as of a phone that left its Wi-Fi; those connections stay dead for good. `slow`: 400 kB/s up. `failing`: somebody
 * in between answers everything with 503. `deaf`: what the phone says arrives, and the answer breaks off.
 */
export type PathState = "whole" | "cut" | "silent" | "slow" | "failing" | "deaf";

const SLOW = { bytes: 20_000, everyMs: 50 };
const UNAVAILABLE = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

interface Pair {
  phone: Socket;
  server: Socket;
}

/** A way to a server of this machine that can break in the ways of mobile networks. */
export class BreakingProxy {
  readonly port: number;
  readonly url: string;
  /** The server's port; it may be known later than this one's. */
  target = 0;
  /** Bytes that went up so far, and answers that were broken off. */
  sent = 0;
  lost = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #phones = new Set<Socket>();
  #state: PathState = "whole";

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    this.url = `http://localhost:${port}`;
  }

  static async open(): Promise<BreakingProxy> {
    const server = createServer({ allowHalfOpen: false });
    const port = await freePort();
    const proxy = new BreakingProxy(server, port);
    server.on("connection", (phone) => proxy.#admit(phone));
    await new Promise<void>((resolve) => server.listen(port, resolve));
    return proxy;
  }

  /** From now on, for the connections that there are too. */
  become(state: PathState): void {
    this.#state = state;
    for (const pair of this.#pairs) {
      if (state === "silent") freeze(pair);
      else if (state === "cut" || state === "failing") drop(pair);
    }
  }

  async close(): Promise<void> {
    this.become("cut");
    for (const phone of this.#phones) phone.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #admit(phone: Socket): void {
    this.#phones.add(phone.on("error", () => undefined).on("close", () => this.#phones.delete(phone)));
    if (this.#state === "cut") {
      phone.destroy();
      return;
    }
    if (this.#state === "failing") {
      phone.once("data", () => phone.end(UNAVAILABLE));
      return;
    }
    const server = connect(this.target, "localhost");
    const pair = { phone, server };
    this.#pairs.add(pair);
    server.on("error", () => undefined);
    for (const socket of [phone, server]) {
      socket.on("close", () => {
        this.#pairs.delete(pair);
        // Of a silent way nobody hears that the other side is gone.
        if (!frozen.has(pair)) drop(pair);
      });
    }
    phone.on("data", (bytes) => void this.#up(pair, bytes));
    server.on("data", (bytes) => {
      if (this.#state === "deaf") {
        this.lost += 1;
        drop(pair);
      } else if (!phone.write(bytes)) {
        server.pause();
        phone.once("drain", () => server.resume());
      }
    });
    if (this.#state === "silent") freeze(pair);
  }

  async #up({ phone, server }: Pair, bytes: Buffer): Promise<void> {
    phone.pause();
    for (let at = 0; at < bytes.length; ) {
      const most = this.#state === "slow" ? SLOW.bytes : bytes.length;
      const flows = server.write(bytes.subarray(at, at + most));
      at += most;
      this.sent += Math.min(most, bytes.length);
      if (this.#state === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW.everyMs));
      else if (!flows && !server.destroyed) await new Promise<void>((resolve) => once(server, resolve));
    }
    if (!phone.destroyed && !frozen.has(phone)) phone.resume();
  }
}

const frozen = new WeakSet<Pair | Socket>();

function freeze(pair: Pair): void {
  frozen.add(pair).add(pair.phone);
  pair.phone.pause();
  pair.server.pause();
}

function drop({ phone, server }: Pair): void {
  phone.destroy();
  server.destroy();
}

function once(socket: Socket, done: () => void): void {
  const settle = (): void => {
    socket.off("drain", settle).off("close", settle);
    done();
  };
  socket.on("drain", settle).on("close", settle);
}
