import { sql } from "kysely";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { Child } from "../helpers/child.ts";
import type { Installation } from "../helpers/installation.ts";
import { fillWithDeliveries, type MadeEndpoint, SAMPLE_DATA } from "../helpers/make-endpoints.ts";
import { waitFor } from "../helpers/wait-for.ts";
import type { BenchContext } from "./bench.ts";
import type { CountingReceiver } from "./counting-receiver.ts";
import { processorTime } from "./processor-time.ts";

/** As the delivery loop limits itself. */
const AT_ONCE = 256;
const LIMIT_MS = 600_000;

interface Parts {
  installation: Installation;
  receiver: CountingReceiver;
  endpoints: readonly MadeEndpoint[];
}

/** Deliveries that wait are sent and written down by one worker process; beside it, bare signed posts of the same size. */
export async function measureDrain(context: BenchContext, parts: Parts, count: number): Promise<Measured[]> {
  const bare = await postBare(parts.receiver, count);
  const { rate, used_ms } = await drain(context, parts, count);
  const again = await postBare(parts.receiver, count);
  context.say(`${count} deliveries: ${rate.toFixed(0)}/s, bare ${bare.toFixed(0)}/s and ${again.toFixed(0)}/s`);
  return [
    {
      name: `draining ${count} waiting deliveries`,
      value: rate,
      unit: "/s",
      baseline: percentile([bare, again], 0.5),
      goal: { least: 3000 },
    },
    { name: "  the workers' processor time for one", value: used_ms, unit: "ms" },
  ];
}

async function postBare(receiver: CountingReceiver, count: number): Promise<number> {
  const child = new Child("test/bench/bare-webhooks.ts", {
    URL: receiver.url,
    BODY: JSON.stringify({ id: "evt_0", type: "evidence.added", created_at: "", org_id: 1, data: SAMPLE_DATA }),
    SECRET: "whsec_bare",
    COUNT: String(count),
    AT_ONCE: String(AT_ONCE),
  });
  return count / Number(await child.output());
}

async function drain({ cleanup }: BenchContext, { installation, receiver, endpoints }: Parts, count: number) {
  const { database } = installation.testDatabase;
  await fillWithDeliveries(database, endpoints, count);
  const before = receiver.count;
  // Until the first arrives, the process only starts.
  let begun = 0;
  receiver.onReceived = () => {
    begun ||= performance.now();
  };
  const workers = installation.spawn("workers");
  cleanup.add(() => workers.stop());
  await waitFor("the first", () => receiver.count > before, LIMIT_MS);
  const usedBefore = (await processorTime(workers.pid)) ?? 0;
  await waitFor("all to be received", () => receiver.count >= before + count, LIMIT_MS);
  await waitFor("all to be written down", async () => {
    const { rows } = await sql`select from deliveries where status in ('pending', 'failed') limit 1`.execute(database);
    return rows.length === 0;
  });
  const seconds = (performance.now() - begun) / 1000;
  const used = ((await processorTime(workers.pid)) ?? 0) - usedBefore;
  const { rows } = await sql<{ attempts: number }>`
    select count(*)::int as attempts from delivery_attempts where response_status = 200`.execute(database);
  if (rows[0]?.attempts !== count) throw new Error(`${rows[0]?.attempts} attempts are in the log of ${count}`);
  return { rate: count / seconds, used_ms: (used / count) * 1000 };
}
