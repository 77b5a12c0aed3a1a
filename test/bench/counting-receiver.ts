import { createServer, type ServerResponse } from "node:http";
import type { BenchContext } from "./bench.ts";

/** The least that a receiver can be: it reads what comes and answers 200. */
export class CountingReceiver {
  url = "";
  count = 0;
  /** Called with each body when all of it is there. */
  onReceived: (body: string) => void = () => {};
  /** Paths that get no answer until `release`. */
  readonly hanging = new Set<string>();
  #held: ServerResponse[] = [];
  readonly #server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      this.count++;
      this.onReceived(body);
      if (this.hanging.has(request.url ?? "")) this.#held.push(response);
      else response.end("{}");
    });
  });

  static async start({ cleanup }: BenchContext): Promise<CountingReceiver> {
    const receiver = new CountingReceiver();
    const server = receiver.#server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
    receiver.url = `http://127.0.0.1:${address.port}`;
    cleanup.add(() => {
      server.close();
      server.closeAllConnections();
    });
    return receiver;
  }

  /** Nothing hangs any more, and what hung is answered. */
  release(): void {
    this.hanging.clear();
    for (const response of this.#held.splice(0)) response.end("{}");
  }
}
