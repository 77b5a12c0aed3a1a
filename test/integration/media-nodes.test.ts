import { createServer } from "node:net";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type MediaNodes, openDirectory, openMediaNodes } from "../../server/media/media-nodes.ts";
import type { NodeDirectory } from "../../server/media/node-directory.ts";
import { AnnouncedNode } from "../../server/media/node-lease.ts";
import { freePort } from "../helpers/free-port.ts";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import { waitFor } from "../helpers/wait-for.ts";

let redis: RedisServer;
let media: MediaFixture;
let database: Database;
const opened: { close(): unknown }[] = [];
const log = createLogger("test", "error");

function fail(error: Error): void {
  throw error;
}

beforeAll(async () => {
  redis = await RedisServer.start();
  media = await MediaFixture.open();
  database = media.database;
});

// A node that goes on announcing itself would take the next test's sessions.
afterEach(async () => {
  for (const part of opened.splice(0)) await part.close();
  await redis.client.flushall();
  await database.deleteFrom("media_nodes").execute();
  await database.deleteFrom("media_rooms").execute();
});

afterAll(async () => {
  await media.close();
  await redis.stop();
});

function keep<T extends { close(): unknown }>(part: T): T {
  opened.push(part);
  return part;
}

function configure(extra: Record<string, string>) {
  return readConfiguration({ ...media.environment, ...extra });
}

function nodesBy(extra: Record<string, string>): MediaNodes {
  return keep(openMediaNodes(configure(extra), database, fail));
}

/** Where a node would listen: somebody is there until it is closed. */
async function listen(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return keep({ url: `http://127.0.0.1:${address.port}`, close });
}

test("without Redis, the one node of the configuration has every session, or the local one", async () => {
  const configured = nodesBy({ MEDIA_NODES: "north=http://north.example.org:3010" });
  const node = { name: "north", url: "http://north.example.org:3010" };
  expect(await configured.placeSession("sess_1")).toEqual(node);
  expect(await configured.findNode("north")).toEqual(node);
  expect(await configured.findNode("south")).toBeUndefined();
  const local = nodesBy({ MEDIA_SIGNALLING_PORT: "3999" });
  expect(await local.placeSession("sess_1")).toEqual({ name: "local", url: "http://127.0.0.1:3999" });
});

describe.each([
  ["Redis", () => ({ REDIS_URL: redis.url })],
  ["the database, for several nodes without Redis", () => ({ MEDIA_NODES: "a=http://a.example,b=http://b.example" })],
])("by %s", (_, environment) => {
  const nodes = () => nodesBy(environment());

  function directory(): NodeDirectory {
    const found = openDirectory(configure(environment()), database, fail);
    if (!found) throw new Error("this configuration has no directory");
    return found;
  }

  /** A node that is there, as far as anybody can see. */
  async function announce(name: string, load: number, onLost: (sessionIds: string[]) => void = () => {}) {
    const place = await listen();
    const node = { name, url: place.url };
    const lease = keep(new AnnouncedNode({ directory: directory(), node, log, load: () => load, onLost }));
    lease.announce();
    await waitFor("the node", async () => (await directoryOf.living()).some((living) => living.name === name));
    return { lease, node, stopListening: place.close };
  }

  let directoryOf: NodeDirectory;
  const look = () => {
    directoryOf = keep(directory());
    return directoryOf;
  };

  test("a new session goes to the least loaded node, and stays there whatever the load becomes", async () => {
    look();
    await expect(nodes().placeSession("sess_1")).rejects.toMatchObject({ code: "unavailable" });
    const { node: busy } = await announce("busy", 10);
    const { node: calm } = await announce("calm", 2);
    expect(await nodes().placeSession("sess_1")).toEqual(calm);
    await directoryOf.announce(calm, 100);
    expect(await nodes().placeSession("sess_1")).toEqual(calm);
    expect(await nodes().placeSession("sess_2")).toEqual(busy);
  });

  test("sessions placed before a node says its load again are shared out", async () => {
    look();
    await announce("a", 0);
    await announce("b", 0);
    const placing = nodes();
    const placed = await Promise.all(Array.from({ length: 10 }, (_, index) => placing.placeSession(`sess_${index}`)));
    expect(placed.filter(({ name }) => name === "a")).toHaveLength(5);
  });

  test("the same session is placed on one node, however many ask at once", async () => {
    look();
    await announce("a", 0);
    await announce("b", 0);
    const servers = [nodes(), nodes()] as const;
    const placed = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? servers[0] : servers[1]).placeSession("sess_1")),
    );
    expect(new Set(placed.map(({ name }) => name)).size).toBe(1);
  });

  test("a room that two nodes claim at once is taken by one of them", async () => {
    look();
    const { lease: a } = await announce("a", 0);
    const { lease: b } = await announce("b", 0);
    for (let i = 0; i < 20; i += 1) {
      const claimed = await Promise.all([a.claimRoom(`sess_${i}`), b.claimRoom(`sess_${i}`)]);
      expect(claimed.filter(Boolean)).toHaveLength(1);
      expect(await directoryOf.nodeOf(`sess_${i}`)).toBe(claimed[0] ? "a" : "b");
    }
  });

  test("a room belongs to one node; when that one is silent, its sessions are placed again", async () => {
    look();
    const lost: string[] = [];
    const { lease: first } = await announce("first", 0, (ids) => lost.push(...ids));
    expect(await first.claimRoom("sess_1")).toBe(true);
    const { lease: second } = await announce("second", 5);
    expect(await second.claimRoom("sess_1")).toBe(false);
    expect(await second.isElsewhere("sess_1")).toBe(true);
    expect((await nodes().placeSession("sess_1")).name).toBe("first");

    await directoryOf.withdraw("first");
    expect((await nodes().placeSession("sess_1")).name).toBe("second");
    expect(await second.claimRoom("sess_1")).toBe(true);
    // The first one was not dead, only silent: it finds out, and gives the room up.
    await waitFor("the loss", () => lost.includes("sess_1"));
  });

  test("a node at whose address nobody listens is dead at once, whatever its lease says", async () => {
    look();
    const { lease, stopListening } = await announce("killed", 0);
    await lease.claimRoom("sess_1");
    const { lease: staying, node } = await announce("staying", 50);
    expect((await nodes().placeSession("sess_1")).name).toBe("killed");
    await stopListening();
    // Its sockets are passed on to one that lives.
    expect(await nodes().findNode("killed")).toEqual(node);
    expect(await nodes().placeSession("sess_1")).toEqual(node);
    expect(await staying.claimRoom("sess_1")).toBe(true);
  });

  test("a node that stops takes no further sessions, and its rooms are free when they are closed", async () => {
    look();
    const { lease: leaving, node } = await announce("leaving", 0);
    await announce("staying", 50);
    await leaving.claimRoom("sess_1");
    await leaving.withdraw();
    expect((await nodes().placeSession("sess_2")).name).toBe("staying");
    // People in its rooms still come to it.
    expect(await nodes().findNode("leaving")).toEqual(node);
    await leaving.releaseRoom("sess_1");
    expect(await directoryOf.nodeOf("sess_1")).toBeUndefined();
  });

  test("a media process that the list of nodes does not name is not started", async () => {
    const unknown = { ...environment(), MEDIA_NODES: "a=http://a.example,b=http://b.example", MEDIA_NODE_NAME: "c" };
    const process = await MediaFixture.open(unknown);
    try {
      await expect(process.start()).rejects.toThrow("MEDIA_NODES does not name this node, c");
    } finally {
      await process.close();
    }
  });

  test("a node of a name that nobody has is not found", async () => {
    expect(await nodes().findNode("nobody")).toBeUndefined();
  });

  test("a media process announces itself, holds its rooms' leases, and refuses a room that is elsewhere", async () => {
    look();
    const port = await freePort();
    const list = `local=http://127.0.0.1:${port},other=http://other.example`;
    const process = await MediaFixture.open({
      ...environment(),
      MEDIA_NODES: list,
      DATABASE_URL: media.environment.DATABASE_URL ?? "",
    });
    try {
      await process.start({ grace: 500 }, port);
      const { id, participant } = await media.session();
      const placed = await waitFor("a place", () =>
        nodes()
          .placeSession(id)
          .catch(() => undefined),
      );
      expect(placed).toEqual({ name: "local", url: `http://127.0.0.1:${process.node.port}` });
      const connect = (token: string) => process.connect({ token });
      const token = process.tokenFor(id, participant);
      await (await connect(token)).ask("room.enter", {});
      expect(await directoryOf.nodeOf(id)).toBe("local");

      const { lease: other } = await announce("other", 0);
      const elsewhere = await media.session();
      await other.claimRoom(elsewhere.id);
      const foreign = process.tokenFor(elsewhere.id, elsewhere.participant);
      await expect(connect(foreign)).rejects.toMatchObject({ code: "unavailable" });

      await process.node.close();
      expect(await directoryOf.nodeOf(id)).toBeUndefined();
      expect((await directoryOf.living()).map(({ name }) => name)).toEqual(["other"]);
    } finally {
      await process.close();
    }
  });
});

test("leases in Redis end by themselves", async () => {
  const directory = openDirectory(configure({ REDIS_URL: redis.url }), database, fail);
  if (!directory) throw new Error("there is no directory");
  const node = { name: "a", url: (await listen()).url };
  const lease = keep(new AnnouncedNode({ directory, node, log, load: () => 0, onLost: () => {} }));
  lease.announce();
  await lease.claimRoom("sess_1");
  await waitFor("the node", () => directory.find("a"));
  const left = await redis.client.pttl("nexbasira:media:room:sess_1");
  expect(left).toBeLessThanOrEqual(10_000);
  expect(left).toBeGreaterThan(0);
  const ends = Number(await redis.client.zscore("nexbasira:media:nodes", "a"));
  expect(ends - Date.now()).toBeLessThanOrEqual(10_000);
});

test("leases in the database end by themselves, and what ended long ago is swept", async () => {
  const directory = openDirectory(configure({ MEDIA_NODES: "a=http://a,b=http://b" }), database, fail);
  if (!directory) throw new Error("there is no directory");
  const { url } = await listen();
  await directory.announce({ name: "a", url }, 0);
  await directory.claim("a", ["sess_1", "sess_2"]);
  const earlier = (seconds: number) => new Date(Date.now() - seconds * 1_000);
  await database
    .updateTable("media_rooms")
    .set({ leased_until: earlier(1) })
    .execute();
  expect(await directory.nodeOf("sess_1")).toBeUndefined();
  expect(await directory.claim("b", ["sess_1"])).toEqual([]);
  await database
    .updateTable("media_nodes")
    .set({ leased_until: earlier(1) })
    .execute();
  expect(await directory.living()).toEqual([]);
  expect(await directory.place("sess_3")).toBeUndefined();
  await database
    .updateTable("media_nodes")
    .set({ leased_until: earlier(200) })
    .execute();
  await database
    .updateTable("media_rooms")
    .set({ leased_until: earlier(200) })
    .execute();
  await directory.announce({ name: "b", url }, 0);
  expect(await directory.find("a")).toBeUndefined();
  expect(await database.selectFrom("media_rooms").selectAll().execute()).toEqual([]);
});

test("while Redis is away nothing is placed by guess, and the rooms of a node go on", async () => {
  const errors: Error[] = [];
  const away = configure({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
  const nodes = keep(openMediaNodes(away, database, (error) => errors.push(error)));
  await expect(nodes.placeSession("sess_1")).rejects.toMatchObject({ code: "unavailable" });
  expect(errors.length).toBeGreaterThan(0);
  // Those whose socket broke come back, also to a server that has never seen the directory.
  expect(await nodes.findNode("local")).toEqual({ name: "local", url: "http://127.0.0.1:3010" });
  await expect(nodes.findNode("nobody")).rejects.toThrow();
  const directory = openDirectory(away, database, () => {});
  if (!directory) throw new Error("there is no directory");
  const node = { name: "a", url: "http://a" };
  const silent = createLogger("test", "fatal");
  const lease = keep(new AnnouncedNode({ directory, node, log: silent, load: () => 0, onLost: () => {} }));
  lease.announce();
  expect(await lease.claimRoom("sess_1")).toBe(true);
});
