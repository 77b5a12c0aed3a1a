import { makeEndpoints } from "../helpers/make-endpoints.ts";
import { type Bench, startInstallation } from "./bench.ts";
import { CountingReceiver } from "./counting-receiver.ts";
import { measureClaims } from "./webhooks-claim.ts";
import { measureDrain } from "./webhooks-drain.ts";
import { measureHanging, measureLatency } from "./webhooks-latency.ts";

const ORGANIZATIONS = 10;
const EACH = 10;

/** Deliveries by one worker process, to 100 endpoints of 10 organizations, on loopback. */
export const webhooks: Bench<"deliveries" | "rounds" | "waiting"> = {
  about: "webhooks: the time from commit to receiver, a backlog, hanging receivers, and the claim of what is due",
  options: { deliveries: 100_000, rounds: 5, waiting: 1_000_000 },
  limit_s: ({ deliveries, rounds, waiting }) => 240 + 90 * rounds + deliveries / 100 + waiting / 1000,
  run: async (context, { deliveries, rounds, waiting }) => {
    const installation = await startInstallation(context, []);
    const receiver = await CountingReceiver.start(context);
    const endpoints = await makeEndpoints(installation, {
      organizations: ORGANIZATIONS,
      each: EACH,
      urlOf: (index) => `${receiver.url}/${index}`,
    });
    const parts = { installation, receiver, endpoints };
    const drained = await measureDrain(context, parts, deliveries);
    const rows = await measureLatency(context, parts, rounds);
    rows.push(...drained, ...(await measureHanging(context, parts, rounds)));
    await installation.child("workers").stop();
    rows.push(...(await measureClaims(context, installation, waiting)));
    return rows;
  },
};
