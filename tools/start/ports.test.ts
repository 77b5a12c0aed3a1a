import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, isFree } from "./ports.ts";

test.each(["127.0.0.1", "0.0.0.0", "::"])("a TCP port on which somebody listens at %s is not free", async (address) => {
  const port = await freePort();
  expect(await isFree(port, "tcp")).toBe(true);
  const server = createServer().listen(port, address);
  await once(server, "listening");
  expect(await isFree(port, "tcp")).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isFree(port, "tcp")).toBe(true);
});

test.each(["127.0.0.1", "0.0.0.0"])("a UDP port that is taken at %s is not free", async (address) => {
  const socket = createSocket("udp4").bind(0, address);
  await once(socket, "listening");
  const { port } = socket.address();
  expect(await isFree(port, "udp")).toBe(false);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  expect(await isFree(port, "udp")).toBe(true);
});
