import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { addStep, newTimestamp, type Timestamp, writeTimestamp } from "@nexbasira/core/audit/open-timestamps.ts";

export interface CalendarServer {
  url: string;
  /** How many digests it has taken. */
  submissions: number;
  /** Answers every request with this status and body from now on; null as it should again. */
  breakWith(answer: { status: number; body: Uint8Array } | null): void;
  /** Puts all that it has into a block of this height. */
  confirm(height: number): void;
  close(): Promise<void>;
}

/**
 * A calendar of OpenTimestamps as the public ones are: it hashes what it gets with its time and a secret, promises the
 * result, and answers with a path to a block's Merkle root once there is one. Its blocks are nobody's.
 */
export async function startCalendarServer(): Promise<CalendarServer> {
  const secret = randomBytes(32);
  const commitments = new Set<string>();
  let height: number | null = null;
  let broken: { status: number; body: Uint8Array } | null = null;

  /** As opentimestamps-server does it: the time before, a MAC of it behind. */
  function record(digest: Uint8Array): Timestamp {
    const timestamp = newTimestamp(digest);
    const time = Buffer.alloc(4);
    time.writeUInt32BE(Math.floor(Date.now() / 1000));
    const blinded = addStep(addStep(timestamp, { name: "append", argument: randomBytes(16) }), { name: "sha256" });
    const timed = addStep(blinded, { name: "prepend", argument: time });
    const mac = createHash("sha256").update(secret).update(timed.message).digest().subarray(0, 8);
    const commitment = addStep(timed, { name: "append", argument: mac });
    commitment.attestations.push({ kind: "pending", uri: calendar.url });
    commitments.add(Buffer.from(commitment.message).toString("hex"));
    return timestamp;
  }

  function attest(commitment: Uint8Array, block: number): Timestamp {
    const timestamp = newTimestamp(commitment);
    const leaf = addStep(timestamp, { name: "sha256" });
    const tip = addStep(addStep(leaf, { name: "prepend", argument: randomBytes(32) }), { name: "sha256" });
    const opened = addStep(tip, { name: "prepend", argument: randomBytes(40) });
    const transaction = addStep(opened, { name: "append", argument: randomBytes(4) });
    const root = addStep(addStep(transaction, { name: "sha256" }), { name: "sha256" });
    root.attestations.push({ kind: "bitcoin", height: block });
    return timestamp;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = new Uint8Array(await buffer(request));
    if (broken) return void response.writeHead(broken.status).end(broken.body);
    const path = request.url ?? "";
    if (request.headers.accept !== "application/vnd.opentimestamps.v1") return void response.writeHead(406).end();
    if (request.method === "POST" && path === "/digest") {
      if (body.length === 0 || body.length > 64) return void response.writeHead(400).end("digest too long");
      calendar.submissions += 1;
      return void response
        .writeHead(200, { "content-type": "application/octet-stream" })
        .end(writeTimestamp(record(body)));
    }
    const [, hex] = /^\/timestamp\/([0-9a-f]+)$/.exec(path) ?? [];
    if (request.method !== "GET" || hex === undefined) return void response.writeHead(404).end("Not found");
    if (!commitments.has(hex)) return void response.writeHead(404).end("Commitment not found");
    if (height === null) return void response.writeHead(404).end("Pending confirmation in Bitcoin blockchain");
    response.writeHead(200).end(writeTimestamp(attest(Buffer.from(hex, "hex"), height)));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const calendar: CalendarServer = {
    url: `http://127.0.0.1:${address.port}`,
    submissions: 0,
    breakWith: (given) => {
      broken = given;
    },
    confirm: (block) => {
      height = block;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return calendar;
}
