import { GENESIS_HASH } from "@nexbasira/core/audit/append-audit-entry.ts";
import { leafHash, rootOf, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import { extendTiles, tileReader } from "@nexbasira/core/audit/tile-tree.ts";
import { verifyStoredLog } from "@nexbasira/core/audit/verify-stored-log.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";
import { inclusionProof } from "../../server/audit/prove.ts";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { cloneDatabase } from "../helpers/clone-database.ts";
import { newLog } from "../helpers/fill-log.ts";
import type { PostgresServer } from "../helpers/postgres-server.ts";
import type { BenchContext } from "./bench.ts";

const MOST_MS = 20;
/** Entries that the database makes in one transaction. */
const BATCH = 20_000;

/**
 * Inclusion proofs of random entries in a log of so many, as `GET /audit/proofs/inclusion` makes them, each verified; the
 * bare thing is reading the entry's row alone. The log is appended by the product's own function, called by the database
 * itself so that a million do not take an hour.
 */
export async function measureProofs(
  { cleanup, say }: BenchContext,
  postgres: PostgresServer,
  { entries, proofs }: { entries: number; proofs: number },
): Promise<Measured[]> {
  const { database, close } = await cloneDatabase(postgres);
  cleanup.add(close);
  const orgId = await newLog(database, "large");
  await fill(database, orgId, entries);
  say(`${entries} entries are appended`);
  const started = performance.now();
  await extendTiles(database, orgId, entries);
  const filled = (performance.now() - started) / 1000;
  say(`the tiles are filled in ${filled.toFixed(1)} s`);
  const root = await rootOf(entries, tileReader(database, orgId));

  const times: number[] = [];
  const bare: number[] = [];
  for (let made = 0; made < proofs; made += 1) {
    const sequence = Math.floor(Math.random() * entries);
    const before = performance.now();
    const row = await readRow(database, orgId, sequence);
    bare.push(performance.now() - before);
    const begun = performance.now();
    const proof = await inclusionProof(database, orgId, { sequence, size: entries });
    times.push(performance.now() - begun);
    const hashes = proof.hashes.map((hash) => new Uint8Array(Buffer.from(hash, "hex")));
    const leaf = leafHash(Buffer.from(row));
    if (!verifyInclusion(hashes, { leaf, index: sequence, size: entries, root })) throw new Error("a proof is wrong");
  }
  say(`${proofs} proofs are made, the slowest in ${Math.max(...times).toFixed(1)} ms`);
  const verifying = performance.now();
  const verdict = await verifyStoredLog(database, orgId, async () => undefined);
  if (verdict.problem !== null) throw new Error(verdict.problem);
  const verified = (performance.now() - verifying) / 1000;
  const name = `an inclusion proof among ${entries} entries`;
  return [
    { name: `${name}, median`, value: percentile(times, 0.5), unit: "ms", baseline: percentile(bare, 0.5) },
    {
      name: `${name}, p99`,
      value: percentile(times, 0.99),
      unit: "ms",
      baseline: percentile(bare, 0.99),
      goal: { most: MOST_MS },
    },
    { name: "filling the tiles", value: entries / filled, unit: "entries/s" },
    { name: "verifying the whole log", value: entries / verified, unit: "entries/s" },
  ];
}

async function readRow(database: Database, orgId: number, sequence: number): Promise<string> {
  const { record } = await database
    .selectFrom("audit_entries")
    .select("record")
    .where("org_id", "=", orgId)
    .where("sequence", "=", sequence)
    .executeTakeFirstOrThrow();
  return record;
}

/** In RFC 8785 form, as `appendAuditEntry` composes it. */
async function fill(database: Database, orgId: number, entries: number): Promise<void> {
  const before = `{"action":"evidence.viewed","actor":{"id":"7","type":"member"},"details":{},"object":null,"object_hash":null,"org_id":${orgId},"previous_hash":"`;
  for (let done = 0; done < entries; done += BATCH) {
    const count = Math.min(BATCH, entries - done);
    await sql`
      with made as (
        select array_agg(null::text) as nothing, array_agg('evidence.viewed'::text) as actions,
          array_agg('member:7'::text) as actors, array_agg(${before}::text) as befores,
          array_agg(',"session_id":null,"session_sequence":'::text) as afters
        from generate_series(1, ${count}::int)
      )
      select append_audit_entries(${orgId}, ${GENESIS_HASH}, nothing, actions, actors, befores,
        array['","recorded_at":"', '","sequence":'], afters)
      from made`.execute(database);
  }
  await sql`vacuum analyze audit_entries`.execute(database);
}
