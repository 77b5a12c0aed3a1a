import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent, type PostResult, postPayload } from "@nexbasira/core/webhooks/post-payload.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Canary } from "../helpers/canary.ts";
import { waitFor } from "../helpers/wait-for.ts";

const LIMIT_MS = 700;
/** What an attempt that ends at its limit may take: a busy machine is late. */
/** Also on a machine that has other things to do; without a limit it would be minutes, or for ever. */
const LATEST_MS = 15_000;
const MiB = 1024 * 1024;

const guard = new AddressGuard(["127.0.0.2/32"]);
const agent = createReceiverAgent(guard);
let canary: Canary;
const servers: Server[] = [];
const connections: Socket[] = [];

beforeAll(async () => {
  canary = await Canary.start();
});
afterEach(async () => {
  expect(canary.takeConnections()).toBe(0);
  for (const socket of connections.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  await agent.destroy();
  await canary.close();
});

/** A receiver that does to each connection what it wants to, once a request has come; its URL and its connections. */
async function receive(answer: (socket: Socket, request: number) => void) {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    connections.push(socket);
    socket.on("error", () => undefined).setEncoding("latin1");
    socket.on("data", (text) => {
      if (String(text).endsWith("{}")) answer(socket, ++requests);
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  return { url: `http://127.0.0.2:${address.port}/`, sockets };
}

function post(url: string, limit_ms = LIMIT_MS): Promise<PostResult> {
  return postPayload({ agent, guard, allowHttp: true }, { url, body: "{}", headers: {}, limit_ms });
}

/** Writes pieces for as long as the other side takes them, each once the one before has left this process. */
function flood(socket: Socket, piece: string | Buffer): void {
  const write = () => {
    if (!socket.destroyed) socket.write(piece, () => setImmediate(write));
  };
  write();
}

/** Writes a piece now and then, for as long as the connection lives. */
function drip(socket: Socket, piece: string, beginning = ""): void {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(piece), 50);
  socket.on("close", () => clearInterval(timer));
}

const OK = "HTTP/1.1 200 OK\r\n";
const TIMED_OUT = "no answer within the time limit";

async function closedBySender(sockets: readonly Socket[]): Promise<void> {
  await waitFor("the sender to cut the connection", () => sockets.length > 0 && sockets.every((s) => s.destroyed));
}

test.each<[string, (socket: Socket) => void]>([
  ["says nothing", () => {}],
  ["never ends its status line", (socket) => drip(socket, "K", OK.trim())],
  ["sends a header now and then, for ever", (socket) => drip(socket, "a: b\r\n", OK)],
  ["goes on with early hints for ever", (socket) => drip(socket, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")],
  ["says that it is processing, for ever", (socket) => drip(socket, "HTTP/1.1 102 Processing\r\n\r\n")],
])("a receiver that %s has until the time limit", async (_name, answer) => {
  const { url, sockets } = await receive(answer);
  const result = await post(url);
  expect(result).toMatchObject({ status: null, problem: TIMED_OUT });
  expect(result.duration_ms).toBeLessThan(LATEST_MS);
  await closedBySender(sockets);
});

test.each<[string, string]>([
  ["one header without end", "a"],
  ["headers without end", "a: b\r\n"],
  ["continuations without end", " folded\r\n"],
])("a receiver that floods with %s is cut off after 16 KiB", async (_name, piece) => {
  const { url, sockets } = await receive((socket) => {
    socket.write(`${OK}x: `);
    flood(socket, piece.repeat(4096));
  });
  const result = await post(url, 20_000);
  expect(result.status).toBeNull();
  expect(result.problem).toMatch(/^UND_ERR_HEADERS_OVERFLOW: |Unexpected whitespace/);
  await closedBySender(sockets);
  // What the two sides' buffers took, and no more.
  for (const { bytesWritten } of sockets) expect(bytesWritten).toBeLessThan(16 * MiB);
});

test("an answer's large headers are kept up to 4 KiB, and its cookies not at all", async () => {
  const lines = ["Set-Cookie: session=secret", ...Array.from({ length: 30 }, (_, n) => `X-${n}: ${"y".repeat(400)}`)];
  const { url } = await receive((socket) => socket.end(`${OK}${lines.join("\r\n")}\r\nContent-Length: 0\r\n\r\n`));
  const { status, headers } = await post(url);
  expect(status).toBe(200);
  expect(JSON.stringify(headers).length).toBeLessThan(6 * 1024);
  expect(headers).toHaveProperty("x-0");
  expect(headers).not.toHaveProperty("set-cookie");
});

test("a body without end is cut off after its first 2 KiB, at once", async () => {
  const chunk = Buffer.from(`8000\r\n${"z".repeat(0x8000)}\r\n`);
  const { url, sockets } = await receive((socket) => {
    socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n`);
    flood(socket, chunk);
  });
  const result = await post(url, 20_000);
  expect(result).toMatchObject({ status: 200, problem: null, body: "z".repeat(2048) });
  await closedBySender(sockets);
  for (const { bytesWritten } of sockets) expect(bytesWritten).toBeLessThan(16 * MiB);
});

test("a body that drips has until the time limit, and its status counts", async () => {
  const { url, sockets } = await receive((socket) => {
    socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n`);
    drip(socket, "1\r\nz\r\n");
  });
  const result = await post(url);
  expect(result).toMatchObject({
    status: 200,
    body: expect.stringMatching(/^z+$/),
    problem: `the answer's body broke off: ${TIMED_OUT}`,
  });
  expect(result.duration_ms).toBeLessThan(LATEST_MS);
  await closedBySender(sockets);
});

test("trailers without end are cut off", async () => {
  const { url, sockets } = await receive((socket) => {
    socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nz\r\n0\r\n`);
    flood(socket, "a: b\r\n".repeat(4096));
  });
  expect(await post(url, 20_000)).toMatchObject({
    status: 200,
    body: "z",
    problem: expect.stringMatching(/broke off/),
  });
  await closedBySender(sockets);
});

test.each(["gzip", "deflate", "br", "gzip, gzip"])(
  "a body of %s is kept as it came, and never inflated",
  async (coding) => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(64 * MiB)));
    const { url } = await receive((socket) => {
      socket.write(`${OK}Content-Encoding: ${coding}\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.end(bomb);
    });
    const before = process.memoryUsage().rss;
    const { status, body } = await post(url);
    expect(status).toBe(200);
    expect(body).toBe(bomb.subarray(0, 2048).toString("utf8").replaceAll("\u0000", "\ufffd"));
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * MiB);
  },
);

test.each<[string, (socket: Socket) => void, RegExp]>([
  ["closes without a word", (socket) => socket.end(), /closed/],
  ["resets the connection", (socket) => socket.resetAndDestroy(), /ECONNRESET|closed/],
  ["speaks another protocol", (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"), /does not match/],
  ["sends noise", (socket) => socket.write(randomBytes(4096)), /does not match/],
  ["is an HTTP/2 server", (socket) => socket.write(Buffer.from("000012040000000000", "hex")), /does not match/],
  ["says a length twice", (s) => s.write(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`), /does not match/],
  ["says a length below zero", (socket) => socket.write(`${OK}Content-Length: -1\r\n\r\n`), /does not match/],
  ["puts a NUL into a header", (socket) => socket.write(`${OK}X: a\u0000b\r\n\r\n`), /does not match/],
  ["changes the protocol", (s) => s.write("HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), /upgrade/],
  ["says continue, unasked", (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${OK}\r\n`), /bad response/],
])("a receiver that %s is a failure in words", async (_name, answer, problem) => {
  const { url, sockets } = await receive(answer);
  expect(await post(url)).toMatchObject({ status: null, problem: expect.stringMatching(problem) });
  await closedBySender(sockets);
});

test("a second answer to one request is not the next request's", async () => {
  const no = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
  const yes = `${OK}Content-Length: 0\r\n\r\n`;
  const { url } = await receive((socket, request) => socket.write(request === 1 ? `${yes}${yes}${yes}` : no));
  expect(await post(url)).toMatchObject({ status: 200 });
  for (let count = 0; count < 3; count++) expect((await post(url)).status).not.toBe(200);
});

test.each([301, 302, 303, 307, 308, 300, 304])("a redirect by %i to this machine is not followed", async (status) => {
  const target = `http://127.0.0.1:${canary.port}/`;
  const { url } = await receive((socket) =>
    socket.end(`HTTP/1.1 ${status} Moved\r\nLocation: ${target}\r\nContent-Length: 0\r\n\r\n`),
  );
  expect(await post(url)).toMatchObject({ status, problem: null, headers: { location: target } });
});

test("nor is any other header that names another place", async () => {
  const target = `http://127.0.0.1:${canary.port}/`;
  const lines = [
    `Location: ${target}`,
    `Content-Location: ${target}`,
    `Refresh: 0; url=${target}`,
    `Link: <${target}>; rel=preconnect, <${target}>; rel=preload`,
    `Alt-Svc: h2="127.0.0.1:${canary.port}", http/1.1="127.0.0.1:${canary.port}"; ma=86400; persist=1`,
    `Proxy-Authenticate: Basic realm="x"`,
    "Content-Length: 0",
  ];
  const { url } = await receive((socket) => socket.write(`${OK}${lines.join("\r\n")}\r\n\r\n`));
  for (let count = 0; count < 2; count++) expect((await post(url)).status).toBe(200);
});

test("a connection on which TLS never comes about ends at the time limit", async () => {
  const { url } = await receive(() => {});
  const result = await post(url.replace("http:", "https:"));
  expect(result).toMatchObject({ status: null, problem: TIMED_OUT });
  expect(result.duration_ms).toBeLessThan(LATEST_MS);
});
