import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type MediaNodes, openMediaNodes } from "../../server/media/media-nodes.ts";
import { AnnouncedNode } from "../../server/media/node-lease.ts";
import { freePort } from "../helpers/free-port.ts";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

let redis: ChildProcess;
let redisUrl: string;
let folder: string;
let client: Redis;
const opened: { close(): unknown }[] = [];
const log = createLogger("test", "error");

function fail(error: Error): void {
  throw error;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexbasira-redis-"));
  const port = await freePort();
  redis = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""], {
    stdio: "ignore",
  });
  redisUrl = `redis://127.0.0.1:${port}`;
  client = new Redis(redisUrl, { retryStrategy: () => 50 });
  // Until the server listens.
  client.on("error", () => {});
  await waitFor("Redis", async () => (await client.ping()) === "PONG");
});

// A node that goes on announcing itself would take the next test's sessions.
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
  await client.flushall();
});

afterAll(async () => {
  await client.quit();
  redis.kill();
  await rm(folder, { recursive: true, force: true });
});

function keep<T extends { close(): unknown }>(part: T): T {
  opened.push(part);
  return part;
}

function configure(environment: Record<string, string>) {
  return readConfiguration({
    PUBLIC_URL: "http://localhost:3000",
    DATA_DIR: folder,
    CERTS_DIR: folder,
    DATABASE_URL: "postgres://nowhere",
    MASTER_KEYS: Buffer.alloc(32).toString("base64url"),
    AUTH_SECRET: "x".repeat(32),
    ...environment,
  });
}

function nodesBy(environment: Record<string, string>): MediaNodes {
  return keep(openMediaNodes(configure(environment), fail));
}

function announce(name: string, load: number, onLost: (sessionIds: string[]) => void = () => {}): AnnouncedNode {
  const node = { name, url: `http://${name}.example.org:3010` };
  const lease = keep(new AnnouncedNode({ redisUrl, node, log, load: () => load, onLost }));
  lease.announce();
  return lease;
}

/** What a killed node leaves behind: its leases end, and nobody has taken them back. */
async function forget(name: string): Promise<void> {
  await client.zadd("nexbasira:media:nodes", 1, name);
}

test("without Redis every session is on the configured node, or on the local one", async () => {
  const configured = nodesBy({ MEDIA_NODES: "north=http://north.example.org:3010" });
  const node = { name: "north", url: "http://north.example.org:3010" };
  expect(await configured.placeSession("sess_1")).toEqual(node);
  expect(await configured.findNode("north")).toEqual(node);
  expect(await configured.findNode("south")).toBeUndefined();
  const local = nodesBy({ MEDIA_SIGNALLING_PORT: "3999" });
  expect(await local.placeSession("sess_1")).toEqual({ name: "local", url: "http://127.0.0.1:3999" });
});

test("a new session goes to the least loaded node, and stays there whatever the load becomes", async () => {
  const nodes = nodesBy({ REDIS_URL: redisUrl });
  await expect(nodes.placeSession("sess_1")).rejects.toMatchObject({ code: "unavailable" });
  announce("busy", 10);
  announce("calm", 2);
  await waitFor("both nodes", async () => (await nodes.findNode("busy")) && (await nodes.findNode("calm")));
  expect(await nodes.placeSession("sess_1")).toEqual({ name: "calm", url: "http://calm.example.org:3010" });
  await client.hset("nexbasira:media:node:calm", "load", 100);
  expect((await nodes.placeSession("sess_1")).name).toBe("calm");
  expect((await nodes.placeSession("sess_2")).name).toBe("busy");
});

test("sessions placed before a node says its load again are shared out", async () => {
  const nodes = nodesBy({ REDIS_URL: redisUrl });
  announce("a", 0);
  announce("b", 0);
  await waitFor("both nodes", async () => (await nodes.findNode("a")) && (await nodes.findNode("b")));
  const placed = await Promise.all(Array.from({ length: 10 }, (_, index) => nodes.placeSession(`sess_${index}`)));
  expect(placed.filter(({ name }) => name === "a")).toHaveLength(5);
});

test("the same session is placed on one node, however many ask at once", async () => {
  const [here, there] = [nodesBy({ REDIS_URL: redisUrl }), nodesBy({ REDIS_URL: redisUrl })];
  announce("a", 0);
  announce("b", 0);
  await waitFor("both nodes", async () => (await here.findNode("a")) && (await here.findNode("b")));
  const placed = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? here : there).placeSession("sess_1")));
  expect(new Set(placed.map(({ name }) => name)).size).toBe(1);
});

test("a room belongs to one node; when that one is dead, its sessions are placed again", async () => {
  const nodes = nodesBy({ REDIS_URL: redisUrl });
  const lost: string[] = [];
  const first = announce("first", 0, (ids) => lost.push(...ids));
  await waitFor("the node", () => nodes.findNode("first"));
  expect(await first.claimRoom("sess_1")).toBe(true);
  const second = announce("second", 5);
  await waitFor("the node", () => nodes.findNode("second"));
  expect(await second.claimRoom("sess_1")).toBe(false);
  expect(await second.isElsewhere("sess_1")).toBe(true);
  expect((await nodes.placeSession("sess_1")).name).toBe("first");

  await forget("first");
  expect((await nodes.placeSession("sess_1")).name).toBe("second");
  expect(await second.claimRoom("sess_1")).toBe(true);
  // The first one was not dead, only silent: it finds out, and gives the room up.
  await waitFor("the loss", () => lost.includes("sess_1"));
});

test("a node that stops takes no further sessions, and its rooms are free when they are closed", async () => {
  const nodes = nodesBy({ REDIS_URL: redisUrl });
  const leaving = announce("leaving", 0);
  announce("staying", 50);
  await waitFor("both nodes", async () => (await nodes.findNode("leaving")) && (await nodes.findNode("staying")));
  await leaving.claimRoom("sess_1");
  await leaving.withdraw();
  expect((await nodes.placeSession("sess_2")).name).toBe("staying");
  await leaving.releaseRoom("sess_1");
  expect(await client.exists("nexbasira:media:room:sess_1")).toBe(0);
});

test("leases end by themselves", async () => {
  const nodes = nodesBy({ REDIS_URL: redisUrl });
  const node = announce("a", 0);
  await waitFor("the node", () => nodes.findNode("a"));
  await node.claimRoom("sess_1");
  expect(await client.pttl("nexbasira:media:room:sess_1")).toBeLessThanOrEqual(10_000);
  expect(await client.pttl("nexbasira:media:room:sess_1")).toBeGreaterThan(0);
  const ends = Number(await client.zscore("nexbasira:media:nodes", "a"));
  expect(ends - Date.now()).toBeLessThanOrEqual(10_000);
});

test("a media process announces itself, holds its rooms' leases, and refuses a room that is elsewhere", async () => {
  const media = await MediaFixture.open({ REDIS_URL: redisUrl, MEDIA_NODE_NAME: "local" });
  try {
    await media.start({ grace: 500 });
    const nodes = nodesBy({ REDIS_URL: redisUrl });
    const { id, participant } = await media.session();
    const placed = await waitFor("a place", () => nodes.placeSession(id).catch(() => undefined));
    expect(placed).toEqual({ name: "local", url: `http://127.0.0.1:${media.node.port}` });
    await media.enter(participant);
    expect(await client.get(`nexbasira:media:room:${id}`)).toBe("local");

    announce("other", 0);
    await waitFor("the node", () => nodes.findNode("other"));
    const elsewhere = await media.session();
    await client.set(`nexbasira:media:room:${elsewhere.id}`, "other", "PX", 10_000);
    await expect(media.connect({ token: elsewhere.participant.token })).rejects.toMatchObject({ code: "unavailable" });

    await media.node.close();
    expect(await client.exists(`nexbasira:media:room:${id}`)).toBe(0);
    expect(await client.zscore("nexbasira:media:nodes", "local")).toBeNull();
  } finally {
    await media.close();
  }
});

test("while Redis is away nothing is placed by guess, and the rooms of a node go on", async () => {
  const port = await freePort();
  const errors: Error[] = [];
  const away = `redis://127.0.0.1:${port}`;
  const nodes = keep(openMediaNodes(configure({ REDIS_URL: away }), (error) => errors.push(error)));
  await expect(nodes.placeSession("sess_1")).rejects.toMatchObject({ code: "unavailable" });
  expect(errors.length).toBeGreaterThan(0);
  const silent = createLogger("test", "fatal");
  const node = { name: "a", url: "http://a" };
  const lease = keep(new AnnouncedNode({ redisUrl: away, node, log: silent, load: () => 0, onLost: () => {} }));
  lease.announce();
  expect(await lease.claimRoom("sess_1")).toBe(true);
});
