import { startPostgresServer } from "../helpers/postgres-server.ts";
import type { Bench } from "./bench.ts";
import { measureAppending } from "./log-appending.ts";
import { measureProofs } from "./log-proofs.ts";

/** How fast entries get into audit logs, and how long a proof in a large one takes. */
export const log: Bench<"seconds" | "entries" | "proofs"> = {
  about: "appending to audit logs beside bare inserts, and inclusion proofs in a log of a million entries",
  options: { seconds: 10, entries: 1_000_000, proofs: 2_000 },
  limit_s: ({ seconds, entries, proofs }) => 300 + 12 * seconds + entries / 1_000 + proofs,
  run: async (context, { seconds, entries, proofs }) => {
    const postgres = await startPostgresServer({});
    context.cleanup.add(() => postgres.stop());
    return [
      ...(await measureAppending(context, postgres, seconds)),
      ...(await measureProofs(context, postgres, { entries, proofs })),
    ];
  },
};
