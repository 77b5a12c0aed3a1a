import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Call } from "../call.ts";
import { readReceivedVideo, readSentVideo } from "../connection-stats.ts";
import type { Installation } from "../installation.ts";
import { countJournalled } from "../journal-sequences.ts";
import type { NetworkHost } from "./network-host.ts";

/** What was lost last is asked for again. */
const SETTLE_MS = 1_000;

export interface Delivery {
  /** Frames a second that the phone sent and that the inspector saw. */
  frames: { sent: number; seen: number };
  /** Packets of the phone, from the call's beginning, and those of them in the journal. */
  journal: Record<"audio" | "video", { sent: number; kept: number }>;
}

/** Lets a share of the phone's packets be lost both ways for so many seconds, and counts what arrives all the same. */
export async function measureDelivery(
  installation: Installation,
  { inspector, phone, session }: Call,
  { host, loss, seconds }: { host: NetworkHost; loss: number; seconds: number },
): Promise<Delivery> {
  const before = { sent: await readSentVideo(phone), seen: await readReceivedVideo(inspector) };
  await host.impair({ loss: { up: loss, down: loss } });
  await delay(seconds * 1000);
  await host.impair({ loss: { up: 0, down: 0 } });
  await delay(SETTLE_MS);
  const after = { sent: await readSentVideo(phone), seen: await readReceivedVideo(inspector) };
  if (after.sent.ssrc !== before.sent.ssrc) throw new Error("the phone's camera was sent anew meanwhile");
  const { id } = await installation.testDatabase.database
    .selectFrom("recordings")
    .select("id")
    .where("session_id", "=", session.id)
    .executeTakeFirstOrThrow();
  const streams = await countJournalled(join(installation.dataDir, "journals", id));
  const journalled = (kind: "audio" | "video") => {
    const found = streams.filter((stream) => stream.kind === kind && stream.role === "participant");
    const total = (count: "sent" | "kept") => found.reduce((sum, stream) => sum + stream[count], 0);
    return { sent: total("sent"), kept: total("kept") };
  };
  return {
    // By the time between the readings, which is not quite the same on both sides.
    frames: {
      sent: perSecond("framesSent", before.sent, after.sent),
      seen: perSecond("framesDecoded", before.seen, after.seen),
    },
    journal: { audio: journalled("audio"), video: journalled("video") },
  };
}

function perSecond<Count extends string>(
  count: Count,
  before: Record<Count | "timestamp", number>,
  after: Record<Count | "timestamp", number>,
): number {
  return (1000 * (after[count] - before[count])) / (after.timestamp - before.timestamp);
}
