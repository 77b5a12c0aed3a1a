import { type AuditAction, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { connectDatabase, type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { sql } from "kysely";
import type { Measured } from "../helpers/bench-report.ts";
import { cloneDatabase } from "../helpers/clone-database.ts";
import type { PostgresServer } from "../helpers/postgres-server.ts";
import type { BenchContext } from "./bench.ts";

/** Transactions at once: those of a server and its workers together. */
const CONNECTIONS = 16;
const ORGANIZATIONS = 50;
/** Entries of one transaction, where it writes several. */
const SEVERAL = 10;
const LEAST_PER_S = 2_000;
const SESSIONS = 20;

interface Way {
  name: string;
  organizations: number;
  /** Entries of one transaction. */
  each: number;
}

const WAYS: readonly Way[] = [
  {
    name: `${ORGANIZATIONS} organizations, ${SEVERAL} entries a transaction`,
    organizations: ORGANIZATIONS,
    each: SEVERAL,
  },
  { name: `${ORGANIZATIONS} organizations, one entry a transaction`, organizations: ORGANIZATIONS, each: 1 },
  { name: `one organization, ${SEVERAL} entries a transaction`, organizations: 1, each: SEVERAL },
  { name: "one organization, one entry a transaction", organizations: 1, each: 1 },
];

/**
 * Entries a second into audit logs, as the product appends them, beside a bare `insert` of rows of the same size into a
 * table with the same key, by as many connections and in as large transactions. The bare table has no log: nobody waits
 * for anybody. Every commit is synced to the disk on both sides.
 */
export async function measureAppending(
  { cleanup, say }: BenchContext,
  postgres: PostgresServer,
  seconds: number,
): Promise<Measured[]> {
  const test = await cloneDatabase(postgres);
  cleanup.add(() => test.close());
  const database = connectDatabase(test.url, { maxConnections: CONNECTIONS, onIdleError: fail });
  cleanup.add(() => database.destroy());
  const organizations = await makeOrganizations(database);
  await sql`create table bare_entries (org_id integer not null, sequence bigserial, session_id text, hash text not null,
    record text not null, primary key (org_id, sequence))`.execute(database);
  const rows: Measured[] = [];
  for (const { name, organizations: count, each } of WAYS) {
    const orgOf = (index: number) => organizations[index % count] ?? 0;
    const baseline = await entriesPerSecond(seconds, each, (index) => insertBare(database, orgOf(index), index, each));
    const value = await entriesPerSecond(seconds, each, (index) => append(database, orgOf(index), index, each));
    say(`${name}: ${Math.round(value)} entries/s, bare ${Math.round(baseline)}`);
    rows.push({
      name: `appending, ${name}`,
      value,
      unit: "entries/s",
      baseline,
      goal: { least: LEAST_PER_S },
    });
  }
  return rows;
}

function fail(error: Error): void {
  throw error;
}

async function makeOrganizations(database: Database): Promise<number[]> {
  const ids: number[] = [];
  for (let index = 0; index < ORGANIZATIONS; index += 1) {
    const made = inTransaction(database, (transaction) =>
      insertOrganization(transaction, { name: `Organization ${index}`, slug: `organization-${index}` }),
    );
    ids.push((await made).id);
  }
  return ids;
}

/** How many entries a second come of running `transact` on all connections for so long. */
async function entriesPerSecond(seconds: number, each: number, transact: (index: number) => Promise<void>) {
  const started = performance.now();
  let done = 0;
  let next = 0;
  const run = async () => {
    while (performance.now() - started < seconds * 1000) {
      await transact(next++);
      done += each;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, run));
  return done / ((performance.now() - started) / 1000);
}

function viewed(index: number): AuditAction {
  return {
    actor: { type: "member", id: String(index % 7) },
    action: "evidence.viewed",
    session_id: `sess_01JW5Z6T7M00000000000000${index % SESSIONS}`,
    object: { type: "evidence_item", id: "evd_01JW5Z6T7M0000000000000000" },
    object_hash: "ab".repeat(32),
    details: { event_id: `evt_${index}` },
  };
}

async function append(database: Database, orgId: number, index: number, each: number): Promise<void> {
  await inTransaction(database, async (transaction) => {
    for (let entry = 0; entry < each; entry += 1) await appendAuditEntry(transaction, orgId, viewed(index));
  });
}

async function insertBare(database: Database, orgId: number, index: number, each: number): Promise<void> {
  const row = { session: viewed(index).session_id, hash: "cd".repeat(32), record: "r".repeat(450) };
  await inTransaction(database, async (transaction) => {
    for (let entry = 0; entry < each; entry += 1) {
      await sql`insert into bare_entries (org_id, session_id, hash, record)
        values (${orgId}, ${row.session}, ${row.hash}, ${row.record})`.execute(transaction);
    }
  });
}
