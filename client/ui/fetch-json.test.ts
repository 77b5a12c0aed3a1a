import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ApiError } from "./api-error.ts";
import { fetchJson } from "./fetch-json.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close().closeAllConnections());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}

const schema = z.object({ name: z.string() });
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error) => error,
  );

describe("a request", () => {
  test("sends JSON and gives the parsed answer", async () => {
    const url = await serve((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        const { method, headers } = request;
        response.end(
          JSON.stringify({ name: `${method} ${headers["content-type"]} ${headers["idempotency-key"]} ${body}` }),
        );
      });
    });
    const headers = { "idempotency-key": "k1" };
    expect(await fetchJson(url, { schema, body: { a: 1 }, headers })).toEqual({
      name: 'POST application/json k1 {"a":1}',
    });
  });

  test("takes an empty answer for undefined", async () => {
    const url = await serve((_, response) => response.writeHead(204).end());
    expect(await fetchJson(url, { schema: z.undefined(), method: "DELETE" })).toBeUndefined();
  });

  test("throws a problem with its code, the field at fault and the request's id", async () => {
    const url = await serve((_, response) => {
      response.writeHead(400, { "content-type": "application/problem+json" });
      const problem = { type: "about:blank", title: "Not valid", status: 400, detail: "No phone number" };
      response.end(
        JSON.stringify({ ...problem, code: "validation_error", param: "participant.phone", request_id: "req_1" }),
      );
    });
    const failure = await failureOf(fetchJson(url, { schema }));
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      code: "validation_error",
      status: 400,
      title: "Not valid",
      detail: "No phone number",
      param: "participant.phone",
      requestId: "req_1",
      temporary: false,
    });
  });

  test("names the request of an answer that is not ours", async () => {
    const url = await serve((_, response) => response.writeHead(502, { "x-request-id": "req_2" }).end("<html>"));
    const failure = await failureOf(fetchJson(url, { schema }));
    expect(failure).toMatchObject({ code: "bad_answer", status: 502, requestId: "req_2", temporary: true });
  });

  test("refuses an answer that the schema does not know", async () => {
    const url = await serve((_, response) => response.end('{"name":1}'));
    expect(await failureOf(fetchJson(url, { schema }))).toMatchObject({ code: "bad_answer", status: 200 });
  });

  test("says that nobody answered, or not in time", async () => {
    const silent = await serve(() => undefined);
    expect(await failureOf(fetchJson(silent, { schema, timeoutMs: 50 }))).toMatchObject({ code: "timeout", status: 0 });
    const gone = await serve((request) => request.socket.destroy());
    expect(await failureOf(fetchJson(gone, { schema }))).toMatchObject({ code: "network", status: 0, temporary: true });
  });

  test("rejects with the caller's own reason when the caller gives up", async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const waiting = failureOf(fetchJson(url, { schema, signal: controller.signal }));
    const reason = new Error("left the page");
    controller.abort(reason);
    expect(await waiting).toBe(reason);
  });
});
