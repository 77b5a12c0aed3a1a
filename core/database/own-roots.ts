import type { Database } from "./database.ts";

export interface OwnRoot {
  /** DER. */
  certificate: Buffer;
  /** What stands below it: the key that seals evidence, or those that people sign with. */
  used_for: "seals" | "signers";
}

/** Remembers what is used now; what was used before stays, because its seals do. */
export async function rememberOwnRoots(database: Database, roots: readonly OwnRoot[]): Promise<void> {
  if (roots.length === 0) return;
  await database
    .insertInto("own_roots")
    .values([...roots])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** In the order in which they came into use. */
export function listOwnRoots(database: Database): Promise<OwnRoot[]> {
  return database.selectFrom("own_roots").select(["certificate", "used_for"]).orderBy("id").execute();
}
