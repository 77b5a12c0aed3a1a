import { createServer, type IncomingHttpHeaders } from "node:http";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** The untouched bytes, as text. */
  body: string;
  at: number;
}

export interface ReceiverAnswer {
  status: number;
  headers?: Record<string, string>;
  /** `{}` if nothing is said. */
  body?: string;
}

type Answer = ReceiverAnswer | null;

/**
 * A receiver of webhooks on a free port; `answer` says what each request gets: 200 if nothing is said, and no answer at
 * all for null.
 */
export async function startReceiver(
  answer: (received: Received) => Answer | Promise<Answer> = () => ({ status: 200 }),
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const one = { path: request.url ?? "", headers: request.headers, body, at: Date.now() };
      received.push(one);
      const given = await answer(one);
      if (given) response.writeHead(given.status, given.headers).end(given.body ?? "{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
