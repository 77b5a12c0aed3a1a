import { randomUUID } from "node:crypto";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import type { Installation } from "../helpers/installation.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { measureLists } from "./api-lists.ts";
import { type Bench, type BenchContext, startInstallation } from "./bench.ts";
import { type Call, Load } from "./http-load.ts";
import { processorTime } from "./processor-time.ts";

const CLIENTS = 16;
/** As many as the server's own pool has. */
const CONNECTIONS = 10;
const POST_MS = 4_000;
const GETS_PER_SECOND = 200;
const GET_MS = 6_000;

/** Requests per minute: what is measured is the server and not its limits. */
const UNLIMITED = { RATE_LIMIT_KEY: "1000000000", RATE_LIMIT_ORGANIZATION: "1000000000" };

/** The product and the bare handler, each with its load. */
interface Side {
  load: Load;
  pid: number;
  headers: Record<string, string>;
  base: string;
}

/**
 * Creating and reading sessions beside a bare Express handler that writes the same rows, over the same PostgreSQL, by the
 * same load: now the one, now the other, so that a busy machine is busy for both. Then the lists of an organization with
 * many sessions.
 */
export const api: Bench<"rounds" | "sessions"> = {
  about: "POST and GET /sessions beside a bare Express handler, and the lists of many sessions",
  options: { rounds: 5, sessions: 1_000_000 },
  limit_s: ({ rounds, sessions }) => 120 + 60 * rounds + sessions / 2000,
  run: async (context, { rounds, sessions }) => {
    const installation = await startInstallation(context, ["server"], UNLIMITED);
    const own = await startOwnSide(context, installation);
    const bare = await startBareSide(context, installation);
    const rows = await measurePosts(context, { own, bare }, rounds);
    rows.push(...(await measureGets(context, { own, bare, installation }, rounds)));
    rows.push(...(await measureLists(context, installation, own, sessions)));
    return rows;
  },
};

async function startOwnSide({ cleanup }: BenchContext, installation: Installation): Promise<Side> {
  const load = new Load(installation.url, CLIENTS);
  cleanup.add(() => load.close());
  const headers = { authorization: `Bearer ${installation.credentials.api_key}`, "content-type": "application/json" };
  return { load, pid: installation.child("server").pid, headers, base: "/v1" };
}

/** Its rows are another organization's, so that the product's audit log stays whole. */
async function startBareSide({ cleanup }: BenchContext, installation: Installation): Promise<Side> {
  const { database, url } = installation.testDatabase;
  const { id } = await database
    .insertInto("organizations")
    .values({ name: "Bare", slug: "bare" })
    .returning("id")
    .executeTakeFirstOrThrow();
  await database.insertInto("audit_logs").values({ org_id: id, size: 0, head_hash: "" }).execute();
  const port = await freePort();
  const child = new Child("test/bench/bare-api.ts", {
    PORT: String(port),
    DATABASE_URL: url,
    CONNECTIONS: String(CONNECTIONS),
    ORG_ID: String(id),
  });
  cleanup.add(() => child.stop());
  const load = new Load(`http://127.0.0.1:${port}`, CLIENTS);
  cleanup.add(() => load.close());
  const headers = { "content-type": "application/json" };
  const side = { load, pid: child.pid, headers, base: "" };
  await waitFor("the bare handler", () => load.send(postOf(side), 201));
  return side;
}

function postOf({ base, headers }: Side): Call {
  const body = {
    type: "field_inspection",
    reference: "INS-42871",
    participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
    callbacks: { "session.created": "https://example.com/hook" },
  };
  return {
    method: "POST",
    path: `${base}/sessions`,
    headers: { ...headers, "idempotency-key": randomUUID() },
    body: JSON.stringify(body),
  };
}

async function measurePosts(
  { say }: BenchContext,
  { own, bare }: { own: Side; bare: Side },
  rounds: number,
): Promise<Measured[]> {
  const measure = async (side: Side) => {
    const before = await processorTime(side.pid);
    const { count, s } = await side.load.saturate(CLIENTS, POST_MS, 201, () => postOf(side));
    const used = ((await processorTime(side.pid)) ?? 0) - (before ?? 0);
    return { rate: count / s, used_ms: (used / count) * 1000 };
  };
  // Not counted: V8 compiles, and the pools open their connections.
  await measure(own);
  await measure(bare);
  const measured: Record<"ours" | "theirs", Awaited<ReturnType<typeof measure>>>[] = [];
  for (let round = 1; round <= rounds; round++) {
    const [ours, theirs] = [await measure(own), await measure(bare)];
    measured.push({ ours, theirs });
    say(`POST, round ${round} of ${rounds}: ${ours.rate.toFixed(0)}/s, bare ${theirs.rate.toFixed(0)}/s`);
  }
  const median = (pick: (round: (typeof measured)[number]) => number) => percentile(measured.map(pick), 0.5);
  return [
    {
      name: "POST /sessions",
      value: median(({ ours }) => ours.rate),
      unit: "/s",
      baseline: median(({ theirs }) => theirs.rate),
      goal: { leastRatio: 0.5 },
    },
    {
      name: "  the server's processor time for one",
      value: median(({ ours }) => ours.used_ms),
      unit: "ms",
      baseline: median(({ theirs }) => theirs.used_ms),
    },
  ];
}

/** Of any sessions that were made before, each in its turn. */
async function measureGets(
  { say }: BenchContext,
  { own, bare, installation }: { own: Side; bare: Side; installation: Installation },
  rounds: number,
): Promise<Measured[]> {
  const { database } = installation.testDatabase;
  const { org_id } = await database.selectFrom("api_keys").select("org_id").executeTakeFirstOrThrow();
  const sessions = await database
    .selectFrom("sessions")
    .select("id")
    .where("org_id", "=", org_id)
    .limit(1000)
    .execute();
  let turn = 0;
  const measure = ({ load, base, headers }: Side) =>
    load.atRate(GETS_PER_SECOND, GET_MS, () => ({
      method: "GET",
      path: `${base}/sessions/${sessions[turn++ % sessions.length]?.id}`,
      headers,
    }));
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    ours.push(...(await measure(own)));
    theirs.push(...(await measure(bare)));
    say(`GET, round ${round} of ${rounds}: p99 until now ${percentile(ours, 0.99).toFixed(1)} ms`);
  }
  const row = (share: number) => ({ value: percentile(ours, share), unit: "ms", baseline: percentile(theirs, share) });
  const name = `GET /sessions/{id} at ${GETS_PER_SECOND}/s`;
  return [
    { name: `${name}, p50`, ...row(0.5) },
    { name: `${name}, p99`, ...row(0.99), goal: { most: 10 } },
  ];
}
