import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

export interface TileAddress {
  /** Its hashes are those of whole subtrees of 256^`level` leaves. */
  level: number;
  index: number;
}

export interface Tile extends TileAddress {
  /** Up to 256 hashes of 32 bytes. */
  hashes: Uint8Array;
}

/** Of how many entries the log's tiles are; 0 where there are none. */
export async function findTreeSize(database: Database, orgId: number): Promise<number> {
  const tree = await database.selectFrom("audit_trees").select("size").where("org_id", "=", orgId).executeTakeFirst();
  return tree?.size ?? 0;
}

/** The same, with the tiles locked until the commit: whoever else would fill them waits. */
export async function lockTree(transaction: Transaction, orgId: number): Promise<number> {
  await transaction
    .insertInto("audit_trees")
    .values({ org_id: orgId, size: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { size } = await transaction
    .selectFrom("audit_trees")
    .select("size")
    .where("org_id", "=", orgId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return size;
}

export async function setTreeSize(transaction: Transaction, orgId: number, size: number): Promise<void> {
  await transaction.updateTable("audit_trees").set({ size }).where("org_id", "=", orgId).execute();
}

/** Those of the tiles that there are, in any order, by one statement. */
export async function readTiles(database: Database, orgId: number, addresses: readonly TileAddress[]): Promise<Tile[]> {
  if (addresses.length === 0) return [];
  const places = addresses.map(({ level, index }) => sql`(${level}::smallint, ${index}::bigint)`);
  const { rows } = await sql<Tile>`
    select level, index, hashes from audit_tiles
    where org_id = ${orgId} and (level, index) in (${sql.join(places)})`.execute(database);
  return rows;
}

export async function writeTiles(transaction: Transaction, orgId: number, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length === 0) return;
  await transaction
    .insertInto("audit_tiles")
    .values(tiles.map(({ level, index, hashes }) => ({ org_id: orgId, level, index, hashes: Buffer.from(hashes) })))
    .onConflict((conflict) =>
      conflict.columns(["org_id", "level", "index"]).doUpdateSet({ hashes: (eb) => eb.ref("excluded.hashes") }),
    )
    .execute();
}
