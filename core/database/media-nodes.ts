import { sql } from "kysely";
import { type Database, inTransaction, type Transaction } from "./database.ts";

/*
 * Which media processes there are, and which of them each room is on. All of it is leased: what is not renewed is
 * forgotten. The times are the database's, so that no two machines' clocks are compared.
 */

interface MediaNodeRow {
  name: string;
  url: string;
}

const until = (lease_ms: number) => sql<Date>`clock_timestamp() + ${lease_ms} * interval '1 millisecond'`;
const now = sql<Date>`clock_timestamp()`;

/** The node of a session's room while that lives, else the least loaded one, which it is on from now on. */
export async function placeRoom(
  database: Database,
  session_id: string,
  lease_ms: number,
): Promise<MediaNodeRow | undefined> {
  return (await renewPlace(database, session_id, lease_ms)) ?? (await placeAnew(database, session_id, lease_ms));
}

function renewPlace(database: Database, session_id: string, lease_ms: number): Promise<MediaNodeRow | undefined> {
  return database
    .updateTable("media_rooms")
    .from("media_nodes")
    .set({ leased_until: until(lease_ms) })
    .whereRef("media_nodes.name", "=", "media_rooms.node")
    .where("media_rooms.session_id", "=", session_id)
    .where("media_rooms.leased_until", ">", now)
    .where("media_nodes.leased_until", ">", now)
    .returning(["media_nodes.name", "media_nodes.url"])
    .executeTakeFirst();
}

function placeAnew(database: Database, session_id: string, lease_ms: number): Promise<MediaNodeRow | undefined> {
  return inTransaction(database, async (transaction) => {
    await lockPlacing(transaction);
    // Somebody else may have placed it while this waited.
    const placed = await renewPlace(transaction, session_id, lease_ms);
    if (placed) return placed;
    const [node] = await listMediaNodes(transaction);
    if (!node) return undefined;
    // Until the node says its load again: sessions placed in between must not all go to it.
    await transaction
      .updateTable("media_nodes")
      .set(({ eb }) => ({ load: eb("load", "+", 1) }))
      .where("name", "=", node.name)
      .execute();
    await putRoom(transaction, { session_id, node: node.name, lease_ms });
    return node;
  });
}

/** Until the commit, no other room is placed or claimed. */
async function lockPlacing(transaction: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('media_rooms', 0))`.execute(transaction);
}

async function putRoom(
  transaction: Transaction,
  { session_id, node, lease_ms }: { session_id: string; node: string; lease_ms: number },
): Promise<void> {
  await transaction
    .insertInto("media_rooms")
    .values({ session_id, node, leased_until: until(lease_ms) })
    .onConflict((conflict) => conflict.column("session_id").doUpdateSet({ node, leased_until: until(lease_ms) }))
    .execute();
}

/** Those that are alive, the least loaded first. */
export function listMediaNodes(database: Database): Promise<MediaNodeRow[]> {
  return database
    .selectFrom("media_nodes")
    .select(["name", "url"])
    .where("leased_until", ">", now)
    .orderBy("load")
    .orderBy("name")
    .execute();
}

/** A node by its name, also one that takes no further rooms. */
export function findMediaNode(database: Database, name: string): Promise<MediaNodeRow | undefined> {
  return database.selectFrom("media_nodes").select(["name", "url"]).where("name", "=", name).executeTakeFirst();
}

/** A node says that it is there, with its load; what ended long ago is swept on the way. */
export async function announceMediaNode(
  database: Database,
  node: MediaNodeRow & { load: number },
  lease_ms: number,
): Promise<void> {
  const row = { url: node.url, load: node.load, leased_until: until(lease_ms) };
  await database
    .insertInto("media_nodes")
    .values({ name: node.name, ...row })
    .onConflict((conflict) => conflict.column("name").doUpdateSet(row))
    .execute();
  const long = sql<Date>`clock_timestamp() - ${10 * lease_ms} * interval '1 millisecond'`;
  await database.deleteFrom("media_nodes").where("leased_until", "<", long).execute();
  await database.deleteFrom("media_rooms").where("leased_until", "<", long).execute();
}

/** No further rooms for this node; its own stay where they are until it gives them back. */
export async function withdrawMediaNode(database: Database, name: string): Promise<void> {
  await database.updateTable("media_nodes").set({ leased_until: now }).where("name", "=", name).execute();
}

/** Takes or renews the rooms for a node, except those that another living node has: these are returned. */
export async function claimRooms(
  database: Database,
  { node, session_ids, lease_ms }: { node: string; session_ids: readonly string[]; lease_ms: number },
): Promise<string[]> {
  return inTransaction(database, async (transaction) => {
    await lockPlacing(transaction);
    const { rows } = await sql<{ session_id: string }>`
      insert into media_rooms as room (session_id, node, leased_until)
      select session_id, ${node}, ${until(lease_ms)} from unnest(${session_ids}::text[]) as session_id
      on conflict (session_id) do update set node = excluded.node, leased_until = excluded.leased_until
      where room.node = excluded.node or room.leased_until <= ${now} or not exists (
        select from media_nodes owner where owner.name = room.node and owner.leased_until > ${now})
      returning session_id
    `.execute(transaction);
    const claimed = new Set(rows.map(({ session_id }) => session_id));
    return session_ids.filter((id) => !claimed.has(id));
  });
}

export async function releaseRoom(database: Database, node: string, session_id: string): Promise<void> {
  await database.deleteFrom("media_rooms").where("session_id", "=", session_id).where("node", "=", node).execute();
}

/** The name of the node that a room is on. */
export async function nodeOfRoom(database: Database, session_id: string): Promise<string | undefined> {
  const room = await database
    .selectFrom("media_rooms")
    .select("node")
    .where("session_id", "=", session_id)
    .where("leased_until", ">", now)
    .executeTakeFirst();
  return room?.node;
}
