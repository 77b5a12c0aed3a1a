import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { developmentCertificate } from "./certificates.ts";

const DAY = 24 * 3600 * 1000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const serialOf = async (file: string) => new X509Certificate(await readFile(file)).serialNumber;

test("who trusts the local authority reaches a server with the certificate, by name and by address", async () => {
  const files = await developmentCertificate(folder, ["192.168.1.20"]);
  const authority = await readFile(join(folder, "local-authority", "certificate.pem"), "utf8");
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  const server = createServer({ cert, key }, (socket) => socket.end("hello")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  try {
    for (const name of ["localhost", "192.168.1.20"]) {
      const client = connect({
        host: "127.0.0.1",
        port: address.port,
        servername: "localhost",
        ca: authority,
        checkServerIdentity: () => undefined,
      });
      const [data] = await once(client, "data");
      expect(String(data)).toBe("hello");
      expect(client.authorized).toBe(true);
      client.destroy();
      const leaf = new X509Certificate(cert);
      expect(name === "localhost" ? leaf.checkHost(name) : leaf.checkIP(name)).toBe(name);
    }
  } finally {
    server.close();
  }
});

test("the keys are their owner's alone", async () => {
  const files = await developmentCertificate(folder, []);
  for (const file of [files.key, join(folder, "local-authority", "key.pem")]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
});

test("the certificate is kept while it serves, and made anew for a new address or near its end", async () => {
  const now = new Date();
  const { certificate } = await developmentCertificate(folder, ["10.0.0.7"], now);
  const first = await serialOf(certificate);
  const authority = await serialOf(join(folder, "local-authority", "certificate.pem"));
  await developmentCertificate(folder, ["10.0.0.7"], new Date(now.getTime() + 300 * DAY));
  expect(await serialOf(certificate)).toBe(first);
  await developmentCertificate(folder, ["10.0.0.8"], now);
  const second = await serialOf(certificate);
  expect(second).not.toBe(first);
  await developmentCertificate(folder, ["10.0.0.8"], new Date(now.getTime() + 370 * DAY));
  expect(await serialOf(certificate)).not.toBe(second);
  // A phone that was told to trust the authority still does.
  expect(await serialOf(join(folder, "local-authority", "certificate.pem"))).toBe(authority);
});

test("two instances that start at once get the same certificate", async () => {
  await Promise.all([developmentCertificate(folder, ["10.0.0.7"]), developmentCertificate(folder, ["10.0.0.7"])]);
  const cert = new X509Certificate(await readFile(join(folder, "tls-cert.pem")));
  const authority = new X509Certificate(await readFile(join(folder, "local-authority", "certificate.pem")));
  expect(cert.verify(authority.publicKey)).toBe(true);
});
