import { once } from "node:events";
import { connect } from "node:net";

export interface RawAnswer {
  status: number;
  /** By their names in lower case. */
  headers: Record<string, string>;
  body: string;
}

const LIMIT_MS = 20_000;

/**
 * Sends these very bytes to the server at `url` and reads until it closes the connection, so the request has to ask for
 * that (`Connection: close`). `end`: our side is closed after them, as by a client that goes away.
 */
export async function rawRequest(url: string, bytes: string | Uint8Array, end = false): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), timeout: LIMIT_MS });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("timeout", () => socket.destroy(new Error(`no answer within ${LIMIT_MS} ms`)));
  // Who answers before it has read everything may close while we still write.
  let failure: unknown;
  socket.on("error", (error) => {
    failure = error;
  });
  await once(socket, "connect");
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  if (end) socket.end();
  if (!socket.closed) await once(socket, "close");
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") throw new Error("the connection was closed without an answer", { cause: failure });
  return parseAnswer(text);
}

function parseAnswer(text: string): RawAnswer {
  const split = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, split).split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers),
    body: text.slice(split + 4),
  };
}
