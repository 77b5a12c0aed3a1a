import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Child } from "../helpers/child.ts";

/** Its certificate is for one address, and from an authority that nobody knows but who is told. */
const NAMED = "127.0.0.2";
const OTHER = "127.0.0.3";

let folder: string;
let server: ReturnType<typeof createSecureServer>;
let port: number;
/** What reached the receiver: the protocol and the bodies. */
const received: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "receiver-tls-"));
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem"];
  const names = ["-subj", "/CN=receiver", "-addext", `subjectAltName=IP:${NAMED}`];
  const options = ["req", "-x509", ...key, "-out", "certificate.pem", "-days", "2", ...names];
  await promisify(execFile)("openssl", options, { cwd: folder });
  const [privateKey, cert] = await Promise.all(
    ["key.pem", "certificate.pem"].map((file) => readFile(join(folder, file))),
  );
  server = createSecureServer({ key: privateKey, cert, allowHTTP1: true }, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      received.push(`HTTP/${request.httpVersion} ${body}`);
      response.end("{}");
    });
  });
  server.on("sessionError", () => undefined);
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  received.length = 0;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** Posts as a worker does, from a process of its own; `trusting`: whether it was told of the receiver's authority. */
async function post(address: string, { trusting }: { trusting: boolean }) {
  const environment: Record<string, string> = trusting ? { NODE_EXTRA_CA_CERTS: join(folder, "certificate.pem") } : {};
  const args = [`https://${address}:${port}/`, "127.0.0.0/8"];
  return JSON.parse(await new Child("test/helpers/post-once.ts", environment, args).output());
}

test("a receiver whose certificate is known is posted to, over a connection for this attempt alone", async () => {
  expect(await post(NAMED, { trusting: true })).toMatchObject({ status: 200, problem: null });
  expect(received).toEqual(["HTTP/1.1 {}"]);
});

test("a certificate that nobody vouches for gets nothing", async () => {
  expect(await post(NAMED, { trusting: false })).toMatchObject({
    status: null,
    problem: expect.stringMatching(/^DEPTH_ZERO_SELF_SIGNED_CERT: /),
  });
  expect(received).toEqual([]);
});

test("nor does a certificate for another address", async () => {
  expect(await post(OTHER, { trusting: true })).toMatchObject({
    status: null,
    problem: expect.stringMatching(/^ERR_TLS_CERT_ALTNAME_INVALID: /),
  });
  expect(received).toEqual([]);
});
