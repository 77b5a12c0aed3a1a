import { Problem } from "@nexbasira/core/contract/common.ts";
import { expect } from "vitest";
import type { Installation } from "./installation.ts";
import { type RawAnswer, rawRequest } from "./raw-request.ts";

export const JSON_TYPE = { "Content-Type": "application/json" };

/** Speaks HTTP/1.1 word for word with the installation's server, with its test key: also what no client would say. */
export class RawClient {
  readonly #installation: Installation;

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** A request's bytes: one that ends the connection. `headers` may replace its own. */
  bytesOf(line: string, headers: Record<string, string>, body: string | Uint8Array = ""): Buffer {
    const all = {
      Host: new URL(this.#installation.url).host,
      Authorization: `Bearer ${this.#installation.credentials.api_key}`,
      Connection: "close",
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${line} HTTP/1.1\r\n${lines.join("")}\r\n`;
    return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
  }

  /** A request of this line (`GET /v1/sessions`), with the length of its body. */
  send(line: string, headers: Record<string, string> = {}, body: string | Uint8Array = ""): Promise<RawAnswer> {
    const length: Record<string, string> = body.length > 0 ? { "Content-Length": String(Buffer.byteLength(body)) } : {};
    return this.sendBytes(this.bytesOf(line, { ...length, ...headers }, body));
  }

  sendBytes(bytes: string | Uint8Array, end = false): Promise<RawAnswer> {
    return rawRequest(this.#installation.url, bytes, end);
  }
}

/** The answer as the problem that it has to be. */
export function problemOf(answer: RawAnswer): Problem {
  expect(answer.headers["content-type"], answer.body.slice(0, 200)).toBe("application/problem+json; charset=utf-8");
  return Problem.parse(JSON.parse(answer.body));
}
