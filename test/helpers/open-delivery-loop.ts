import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent } from "@nexbasira/core/webhooks/post-payload.ts";
import { DeliveryLoop } from "../../workers/deliveries/delivery-loop.ts";
import type { Installation } from "./installation.ts";

/** The delivery loop of an installation, in the test's own process; it may send to this machine. */
export function openDeliveryLoop({ environment, testDatabase }: Installation) {
  const { masterKeys, webhooks } = readConfiguration(environment);
  const guard = new AddressGuard(webhooks.privateRanges);
  const agent = createReceiverAgent(guard);
  const log = createLogger("test", "fatal");
  // Not started: nothing here fails so often that somebody were to be told.
  const jobs = new JobQueue({ databaseUrl: testDatabase.url, works: false, onError: (error) => log.error(error) });
  const { database } = testDatabase;
  const loop = new DeliveryLoop({ database, jobs, masterKeys, log, agent, guard, allowHttp: webhooks.allowHttp });
  loop.start();
  return { wake: () => loop.wake(), close: () => loop.close().then(() => agent.destroy()) };
}
