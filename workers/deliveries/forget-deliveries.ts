import type { Database } from "@nexbasira/core/database/database.ts";
import { forgetDeliveries as forgetBatch } from "@nexbasira/core/database/deliveries.ts";

const BATCH = 5_000;

/** Forgets every delivery whose time in the log is over, in batches that lock nothing for long; answers how many. */
export async function forgetDeliveries({ database }: { database: Database }): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const batch = await forgetBatch(database, BATCH);
    forgotten += batch;
    if (batch < BATCH) return forgotten;
  }
}
