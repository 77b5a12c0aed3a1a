import { createServer } from "node:http";
import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { JobName, JobPayload } from "@nexbasira/core/contract/jobs.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { NoticeListener } from "@nexbasira/core/database/notify.ts";
import { rememberOwnRoots } from "@nexbasira/core/database/own-roots.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { answerOperator } from "@nexbasira/core/process/answer-operator.ts";
import { onStop } from "@nexbasira/core/process/on-stop.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { openStorage } from "@nexbasira/core/storage/open-storage.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent } from "@nexbasira/core/webhooks/post-payload.ts";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { watchBrokenLogs } from "./anchoring/verify-audit-logs.ts";
import type { WorkerContext } from "./context.ts";
import { DeliveryLoop } from "./deliveries/delivery-loop.ts";
import { loadSigning } from "./load-signing.ts";
import { smsDriver, smtpDriver } from "./messages/drivers.ts";
import { ownRoots } from "./own-roots.ts";
import { guardedWay } from "./signing/fetch-limited.ts";
import { TASKS } from "./tasks.ts";

const configuration = readConfiguration(process.env);
const log = createLogger("workers", configuration.logLevel);
const reportError = (error: unknown) => log.warn({ err: error }, "a connection to PostgreSQL was lost");

const database = connectDatabase(configuration.databaseUrl, { maxConnections: 12, onIdleError: reportError });
const jobs = new JobQueue({ databaseUrl: configuration.databaseUrl, works: true, onError: reportError });
const signing = await loadSigning(configuration);
const mail = configuration.mail.url ? smtpDriver({ url: configuration.mail.url, from: configuration.mail.from }) : null;
const context: WorkerContext = {
  configuration,
  log,
  database,
  jobs,
  storage: openStorage(configuration),
  links: new Links({ ...configuration, secret: configuration.authSecret }),
  journals: join(configuration.dataDir, "journals"),
  drivers: { sms: configuration.sms && smsDriver(configuration.sms), email: mail?.send ?? null },
  ...signing,
  certificateWay: guardedWay(new AddressGuard(configuration.revocationPrivateRanges)),
  developmentAuthority: signing.development,
};

const guard = new AddressGuard(configuration.webhooks.privateRanges);
const agent = createReceiverAgent(guard);
const deliveries = new DeliveryLoop({
  database,
  jobs,
  masterKeys: configuration.masterKeys,
  log,
  agent,
  guard,
  allowHttp: configuration.webhooks.allowHttp,
});
const listener = new NoticeListener(configuration.databaseUrl, {
  onDelivery: () => deliveries.wake(),
  onConnected: () => deliveries.wake(),
  onError: reportError,
});

const registry = new Registry();
collectDefaultMetrics({ register: registry });
watchBrokenLogs(database, registry);
const durations = new Histogram({
  name: "job_duration_seconds",
  help: "Time that a job's run took",
  labelNames: ["job", "outcome"],
  buckets: [0.05, 0.25, 1, 5, 30, 120, 600, 3600],
  registers: [registry],
});
let ready = false;
const operator = createServer(answerOperator({ database, metrics: registry, ready: () => ready }));
const { workersPort, listenAddress } = configuration;
if (workersPort !== null) operator.listen(workersPort, listenAddress);

await rememberOwnRoots(database, ownRoots(signing));
await jobs.start();
for (const name of Object.keys(TASKS) as JobName[]) await handle(name);
await jobs.workGivenUp(giveUp);
await jobs.schedule();
await listener.open();
deliveries.start();
ready = true;
log.info("workers are ready");

/** One log line per run. */
async function handle<Name extends JobName>(name: Name): Promise<void> {
  const task = TASKS[name];
  await jobs.work(name, task.concurrency, async (payload, job) => {
    const started = performance.now();
    const end = durations.startTimer({ job: name });
    const line = () => ({
      job: name,
      job_id: job.id,
      attempt: job.attempt,
      payload,
      ms: Math.round(performance.now() - started),
    });
    try {
      await task.run(context, payload, job);
      end({ outcome: "done" });
      log.info(line(), "job");
    } catch (error) {
      end({ outcome: "failed" });
      const givesUp = error instanceof Permanent || job.last;
      log[givesUp ? "error" : "warn"]({ ...line(), err: error, gives_up: givesUp }, "job failed");
      throw error;
    }
  });
}

/** What no further try can mend is said where people see it. */
async function giveUp<Name extends JobName>(name: Name, payload: JobPayload<Name>, problem: string): Promise<void> {
  log.error({ job: name, payload, problem }, "job given up");
  await TASKS[name].giveUp?.(context, payload, problem);
}

onStop(log, async () => {
  ready = false;
  await Promise.all([deliveries.close(), jobs.close()]);
  await listener.close();
  await agent.close();
  operator.close();
  mail?.close();
  signing.close();
  await database.destroy();
});
