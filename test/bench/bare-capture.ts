import { createHash, createHmac, randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { request } from "undici";
import { type BenchContext, temporaryFolder } from "./bench.ts";

const SECRET = "whsec_of-nobody";

/**
 * The least that a capture can be: undici posts the bytes to an HTTP server of Node, which hashes them, writes them to the
 * disk with fsync, and posts a signed webhook by undici.
 *
 * @returns a function that sends bytes and resolves, when the webhook has arrived, with how long that took in ms.
 */
export async function startBareCapture(context: BenchContext): Promise<(bytes: Uint8Array) => Promise<number>> {
  const folder = await temporaryFolder(context);
  let arrived: (at: number) => void = () => {};
  const receiver = await listen(context, async (message, response) => {
    for await (const _ of message);
    arrived(performance.now());
    response.end("{}");
  });
  const store = await listen(context, async (message, response) => {
    const sha256 = await keep(message, join(folder, randomUUID()));
    const body = JSON.stringify({ type: "evidence.added", data: { sha256 } });
    const t = Math.floor(Date.now() / 1000);
    const signature = `t=${t},v1=${createHmac("sha256", SECRET).update(`${t}.${body}`).digest("hex")}`;
    const headers = { "content-type": "application/json", "nb-signature": signature };
    await (await request(receiver, { method: "POST", body, headers })).body.dump();
    response.end(sha256);
  });
  return async (bytes) => {
    const arrival = new Promise<number>((resolve) => {
      arrived = resolve;
    });
    const begun = performance.now();
    const answer = await request(store, { method: "POST", body: bytes });
    const sha256 = await answer.body.text();
    if (sha256 !== createHash("sha256").update(bytes).digest("hex")) throw new Error("the bare store lost bytes");
    return (await arrival) - begun;
  };
}

async function keep(bytes: AsyncIterable<Buffer>, path: string): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "wx");
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function listen(
  { cleanup }: BenchContext,
  answer: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server = createServer((message, response) => void answer(message, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.add(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return `http://127.0.0.1:${address.port}/`;
}
