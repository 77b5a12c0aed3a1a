import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import express from "express";
import { expect, test } from "vitest";
import { SessionStream } from "./session-stream.ts";

const notice = (org_id: number, session_id: string) => ({
  org_id,
  session_id,
  type: "evidence.added",
  object_id: null,
});

async function serve(stream: SessionStream) {
  const app = express().get("/:org", (request, response) => stream.subscribe(Number(request.params.org), response));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, close };
}

test("a console hears of its own organization, and of a reload, until the stream ends", async () => {
  const stream = new SessionStream();
  const { port, close } = await serve(stream);
  const response = await fetch(`http://127.0.0.1:${port}/1`);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  stream.publish(notice(1, "sess_ours"));
  stream.publish(notice(2, "sess_theirs"));
  stream.publishReload();
  stream.close();
  const text = await response.text();
  expect(text).toContain('data: {"session_id":"sess_ours","type":"evidence.added"}\n\n');
  expect(text).not.toContain("sess_theirs");
  expect(text).toContain('data: {"session_id":"*","type":"reload"}\n\n');
  expect(await (await fetch(`http://127.0.0.1:${port}/1`)).text()).toBe("retry: 1000\n\n");
  await close();
});

test("a console that does not read any more is cut off before it costs memory", async () => {
  const stream = new SessionStream();
  const { port, close } = await serve(stream);
  const deaf = connect(port, "127.0.0.1");
  await once(deaf, "connect");
  deaf.pause();
  deaf.write("GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  deaf.on("error", () => undefined);
  let isCutOff = false;
  deaf.on("close", () => {
    isCutOff = true;
  });
  const session = "x".repeat(10_000);
  for (let sent = 0; sent < 50_000_000 && !isCutOff; sent += session.length) {
    stream.publish(notice(1, session));
    // The kernel takes some megabytes before anything waits here.
    if (sent % 1_000_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    if (deaf.readableLength > 0) deaf.pause();
  }
  deaf.resume();
  await expect.poll(() => isCutOff).toBe(true);
  stream.close();
  await close();
});
