import { describeEvent } from "./describe-event.ts";
import { forwardDelivery } from "./forward-delivery.ts";
import { LocalReceiver } from "./local-receiver.ts";
import type { ListenOptions } from "./options.ts";
import { CommandError, deleteEndpoint, registerEndpoint } from "./temporary-endpoint.ts";

export interface Terminal {
  /** A line of what was asked for. */
  print: (line: string) => void;
  /** A line about how it goes. */
  say: (line: string) => void;
  /** Settles when the command is to end. */
  stopped: Promise<unknown>;
}

/**
 * Registers a temporary endpoint, prints what comes to it until it is stopped, and deletes it. Throws `CommandError` where
 * it cannot be registered, or not be deleted.
 */
export async function listen(options: ListenOptions, { print, say, stopped }: Terminal): Promise<void> {
  const forwards = new Set<Promise<void>>();
  const receiver = await LocalReceiver.start({
    onDelivery: (delivery) => {
      const { event, body } = delivery;
      print(options.json ? JSON.stringify(JSON.parse(body.toString("utf8"))) : describeEvent(event));
      if (options.forward === undefined) return;
      const forward = forwardDelivery(options.forward, delivery)
        .then((outcome) => say(`  ${event.id} → ${outcome}`))
        .finally(() => forwards.delete(forward));
      forwards.add(forward);
    },
    onRefusal: (why) => say(`A request was refused: ${why}`),
  });
  try {
    const endpoint = await registerEndpoint(options, { url: receiver.url, events: options.events });
    receiver.setSecret(endpoint.secret);
    say(`Endpoint ${endpoint.id} (${endpoint.mode} mode) receives ${options.events.join(", ") || "all events"} here.`);
    if (options.forward !== undefined) say(`Each goes on to ${options.forward}, signed with ${endpoint.secret}`);
    say("Press Ctrl+C to end.");
    await stopped;
    await remove(options, endpoint.id);
    say(`Endpoint ${endpoint.id} is deleted.`);
    await Promise.all(forwards);
  } finally {
    await receiver.close();
  }
}

async function remove(options: ListenOptions, id: string): Promise<void> {
  try {
    await deleteEndpoint(options, id);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      `Endpoint ${id} could not be deleted: ${error.message}. Delete it in the console, under Webhooks.`,
    );
  }
}
