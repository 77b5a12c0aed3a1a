import { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { LEASE_MS } from "../../server/media/node-directory.ts";
import { Child } from "../helpers/child.ts";
import { enterSession, staffJoinRequest } from "../helpers/enter-session.ts";
import { freePort } from "../helpers/free-port.ts";
import { Installation } from "../helpers/installation.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import { RoomClient } from "../helpers/room-client.ts";
import { signIn } from "../helpers/sign-in.ts";
import { waitFor } from "../helpers/wait-for.ts";

/** As the pages try again after a lost socket, ms. */
const TRY_AGAIN_MS = 250;
const NODES = ["north", "south"] as const;
type NodeName = (typeof NODES)[number];

let redis: RedisServer;

beforeAll(async () => {
  redis = await RedisServer.start();
});

afterAll(() => redis.stop());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Somebody in a room, and how they came into it. */
interface Visitor {
  answer: JoinAnswer;
  client: RoomClient;
  join: () => Promise<JoinAnswer>;
}

const nodeOf = ({ answer }: Visitor) => answer.socket_path.split("/")[2];

/** A server, and two media processes with ports of their own; one more server would be no different. */
class TwoNodes {
  readonly installation: Installation;
  readonly #ports: Record<NodeName, { signalling: number; media: number }>;
  readonly #children = new Map<NodeName, Child>();
  readonly #clients: RoomClient[] = [];

  private constructor(installation: Installation, ports: Record<NodeName, { signalling: number; media: number }>) {
    this.installation = installation;
    this.#ports = ports;
  }

  static async start(extra: Record<string, string>): Promise<TwoNodes> {
    const port = async () => ({ signalling: await freePort(), media: await freePort() });
    const ports = { north: await port(), south: await port() };
    const list = NODES.map((name) => `${name}=http://127.0.0.1:${ports[name].signalling}`).join(",");
    const installation = await Installation.start(inject("postgres"), ["server"], { MEDIA_NODES: list, ...extra });
    const both = new TwoNodes(installation, ports);
    await Promise.all(NODES.map((name) => both.startNode(name)));
    return both;
  }

  async startNode(name: NodeName): Promise<void> {
    const { signalling, media } = this.#ports[name];
    const child = new Child("server/media/main.ts", {
      ...this.installation.environment,
      MEDIA_NODE_NAME: name,
      MEDIA_SIGNALLING_PORT: String(signalling),
      MEDIA_PORT: String(media),
    });
    this.#children.set(name, child);
    const ready = async () => (await fetch(`http://127.0.0.1:${signalling}/readyz`)).ok;
    await waitFor(`${name} to be ready`, ready, 30_000).catch((error: unknown) => {
      throw new Error(child.lines.join("\n"), { cause: error });
    });
  }

  async kill(name: NodeName): Promise<void> {
    await this.#children.get(name)?.stop("SIGKILL");
  }

  createSession(): Promise<Session> {
    const participant = { name: "Marie L.", channel: "link" };
    return this.installation.post("/v1/sessions", { type: "field_inspection", reference: "R", participant }, Session);
  }

  participant(session: Session): Promise<Visitor> {
    return this.#visit(() => enterSession(this.installation, session));
  }

  async inspector(session: Session): Promise<Visitor> {
    const headers = await signIn(this.installation);
    const body = JSON.stringify(staffJoinRequest("inspector"));
    return this.#visit(async () => {
      const url = `${this.installation.url}/console/api/sessions/${session.id}/join`;
      const response = await fetch(url, { method: "POST", headers, body });
      if (!response.ok) throw new Error(`the way in answered ${response.status}`);
      return JoinAnswer.parse(await response.json());
    });
  }

  async #visit(join: () => Promise<JoinAnswer>): Promise<Visitor> {
    const answer = await join();
    return { answer, join, client: await this.enter(answer) };
  }

  /** By the server, which passes the socket on to its node. */
  async enter(answer: JoinAnswer): Promise<RoomClient> {
    const client = await RoomClient.connect(this.installation.url, answer.socket_path, { token: answer.access_token });
    this.#clients.push(client);
    await client.ask("room.enter", {});
    return client;
  }

  /** Past the server, to a node of the test's choice. */
  async connectTo(name: NodeName, { access_token }: JoinAnswer): Promise<RoomClient> {
    const url = `http://127.0.0.1:${this.#ports[name].signalling}`;
    const client = await RoomClient.connect(url, `/media/${name}/socket.io`, { token: access_token });
    this.#clients.push(client);
    return client;
  }

  /** As the pages do it: the same way again and again; where that refuses them, they ask for the way in. */
  async comeBack(visitor: Visitor): Promise<void> {
    for (;;) {
      try {
        visitor.client = await this.enter(visitor.answer);
        return;
      } catch (error) {
        if (error instanceof Error) await pause(TRY_AGAIN_MS);
        else visitor.answer = await visitor.join();
      }
    }
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    for (const child of this.#children.values()) await child.stop();
    await this.installation.stop();
  }
}

describe.each([
  ["Redis", () => ({ REDIS_URL: redis.url })],
  ["the database", () => ({})],
])("two media processes that find each other by %s", (_, environment) => {
  let both: TwoNodes;

  beforeAll(async () => {
    both = await TwoNodes.start(environment());
  });

  afterAll(() => both.stop());

  async function fourRooms() {
    const rooms: { session: Session; people: [Visitor, Visitor] }[] = [];
    for (let i = 0; i < 4; i += 1) {
      const session = await both.createSession();
      rooms.push({ session, people: [await both.participant(session), await both.inspector(session)] });
    }
    return rooms;
  }

  const peopleIn = async ({ client }: Visitor) =>
    (await client.ask("room.enter", {})).people.map(({ participant_id }) => participant_id).toSorted();

  test("rooms are shared out, each with its people together; a dead node's come back at once, and the others stay", async () => {
    const rooms = await fourRooms();
    for (const { people } of rooms) expect(nodeOf(people[0])).toBe(nodeOf(people[1]));
    const moved = rooms.filter(({ people }) => nodeOf(people[0]) === "north");
    const staying = rooms.filter(({ people }) => nodeOf(people[0]) === "south");
    expect(moved.length).toBeGreaterThan(0);
    expect(staying.length).toBeGreaterThan(0);

    const killedAt = performance.now();
    await both.kill("north");
    const back = moved.flatMap(({ people }) => people);
    await Promise.all(back.map((visitor) => both.comeBack(visitor)));
    // Long before the dead node's lease ends.
    expect(performance.now() - killedAt).toBeLessThan(0.6 * LEASE_MS);
    for (const { people } of moved) {
      expect(await peopleIn(people[0])).toEqual(people.map(({ answer }) => answer.participant_id).toSorted());
    }
    for (const { people } of staying) for (const { client } of people) expect(client.socket.connected).toBe(true);

    // Nobody has left by it, and nobody has come twice.
    const { database } = both.installation.testDatabase;
    const events = await database
      .selectFrom("events")
      .select("type")
      .where(
        "session_id",
        "in",
        rooms.map(({ session }) => session.id),
      )
      .where("type", "in", ["participant.joined", "participant.left"])
      .execute();
    expect(events.map(({ type }) => type)).toEqual(Array(8).fill("participant.joined"));

    await both.startNode("north");
    // Back in its place it takes new rooms, and those that went stay where they are.
    const next = await waitFor("a room on the node that is back", async () => {
      const visitor = await both.participant(await both.createSession());
      return nodeOf(visitor) === "north" && visitor;
    });
    expect((await next.client.ask("room.enter", {})).people).toHaveLength(1);
    for (const { people } of moved) {
      const again = await people[1].join();
      expect(again.socket_path).toBe("/media/south/socket.io");
    }
  });

  test("of two nodes that are asked for one room at the same time, one has it", async () => {
    for (let i = 0; i < 5; i += 1) {
      const session = await both.createSession();
      const participant = await enterSession(both.installation, session);
      // Where it was placed is forgotten: its lease has ended, or Redis was restarted and knows nothing any more.
      await redis.client.flushall();
      await both.installation.testDatabase.database.deleteFrom("media_rooms").execute();
      const connected = await Promise.allSettled(NODES.map((name) => both.connectTo(name, participant)));
      const refused = connected.filter(({ status }) => status === "rejected");
      expect(refused).toMatchObject([{ reason: { code: "unavailable" } }]);
      await waitFor("the node", async () => {
        const answer = await enterSession(both.installation, session);
        return (await both.enter(answer)).socket.connected;
      });
    }
  });
});

test("while Redis hangs calls go on and nothing is placed by guess; afterwards all is as it was", async () => {
  const both = await TwoNodes.start({ REDIS_URL: redis.url });
  try {
    const session = await both.createSession();
    const [participant, inspector] = [await both.participant(session), await both.inspector(session)];
    redis.hang();
    const fresh = await both.createSession();
    await expect(enterSession(both.installation, fresh)).rejects.toThrow("503");
    await participant.client.ask("board.open", { kind: "whiteboard" });
    await inspector.client.notice("board.opened");
    inspector.client.close();
    await both.comeBack(inspector);
    // Longer than Redis is waited for, and than the node's renewals are apart.
    await pause(4_000);
    expect([participant.client.socket.connected, inspector.client.socket.connected]).toEqual([true, true]);
    redis.goOn();
    await waitFor("a place", () => enterSession(both.installation, fresh).catch(() => undefined), 15_000);
    expect((await inspector.join()).socket_path).toBe(participant.answer.socket_path);
    expect((await participant.client.ask("room.enter", {})).people).toHaveLength(2);
  } finally {
    redis.goOn();
    await both.stop();
  }
}, 120_000);
