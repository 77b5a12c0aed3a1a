import { announceAnchor } from "@nexbasira/core/audit/announce-anchor.ts";
import { bitcoinHeight, readDetached, type Timestamp, writeDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { type AnchorRow, completeAnchor, findAnchor, noteAnchorAttempt } from "@nexbasira/core/database/anchors.ts";
import { listSignedSessions, lockCheckpoint } from "@nexbasira/core/database/checkpoints.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { GuardedWay } from "../signing/fetch-limited.ts";
import { requestTimeStamp } from "../signing/time-stamp-client.ts";
import { submitDigest, upgradeReceipt } from "./calendar-client.ts";
import type { AnchoringContext } from "./context.ts";

/**
 * Has a checkpoint anchored by one authority: a time stamp over the SHA-256 of the note's UTF-8, or a receipt of the
 * calendars for it. An anchor that is there already is left; why a try failed stays with the anchor.
 *
 * @throws Retryable where the authority is down or does not answer as it should
 * @throws Permanent where it is not configured any more
 */
export async function anchorCheckpoint(context: AnchoringContext, anchorId: string): Promise<void> {
  const anchor = await findAnchor(context.database, anchorId);
  if (!anchor || anchor.status === "anchored") return;
  try {
    if (anchor.kind === "rfc3161") await stamp(context, anchor);
    else if (!anchor.token) await submit(context, anchor);
  } catch (error) {
    if (error instanceof Retryable || error instanceof Permanent) {
      await noteAnchorAttempt(context.database, anchor.id, { problem: error.message });
    }
    throw error;
  }
}

async function digestOf(anchor: AnchorRow): Promise<Uint8Array<ArrayBuffer>> {
  return digest("SHA-256", new TextEncoder().encode(anchor.note));
}

async function stamp(context: AnchoringContext, anchor: AnchorRow): Promise<void> {
  const source = context.timeStamps.find(({ name }) => name === anchor.authority);
  if (!source) throw new Permanent(`The time-stamp authority ${anchor.authority} is not configured any more.`);
  const { token, genTime } = await requestTimeStamp(source, { hash: "SHA-256", digest: await digestOf(anchor) });
  await complete(context, anchor.id, { token: Buffer.from(token), anchored_at: genTime, bitcoin_height: null });
}

async function submit(context: AnchoringContext, anchor: AnchorRow): Promise<void> {
  const { calendars } = context.configuration.openTimestamps;
  if (calendars.length === 0) throw new Permanent("OpenTimestamps is not configured any more.");
  const { receipt, problems } = await submitDigest(calendars, await digestOf(anchor));
  await keepReceipt(context, anchor.id, receipt, problems);
}

/** Asks the calendars for what they have of an anchor's receipt by now. */
export async function upgradeAnchor(
  context: AnchoringContext & { certificateWay: GuardedWay },
  anchor: { id: string; token: Buffer },
): Promise<void> {
  const receipt = readDetached(anchor.token);
  const { isNewer, problems } = await upgradeReceipt(
    context.configuration.openTimestamps.calendars,
    receipt,
    context.certificateWay,
  );
  if (isNewer) await keepReceipt(context, anchor.id, receipt, problems);
  else await noteAnchorAttempt(context.database, anchor.id, { problem: problemOf(problems) });
}

/** It anchors once it reaches a block; until then it is the calendars' word. */
async function keepReceipt(
  context: AnchoringContext,
  anchorId: string,
  receipt: Timestamp,
  problems: readonly string[],
): Promise<void> {
  const token = Buffer.from(writeDetached(receipt));
  const height = bitcoinHeight(receipt);
  if (height === null) await noteAnchorAttempt(context.database, anchorId, { token, problem: problemOf(problems) });
  else await complete(context, anchorId, { token, anchored_at: new Date(), bitcoin_height: height });
}

function problemOf(problems: readonly string[]): string | null {
  return problems.length === 0 ? null : problems.join("; ");
}

/** Keeps the proof and tells of it, in one transaction: once, whoever else is at it. */
async function complete(
  { database, configuration }: AnchoringContext,
  anchorId: string,
  proof: { token: Buffer; anchored_at: Date; bitcoin_height: number | null },
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const anchor = await findAnchor(transaction, anchorId);
    if (!anchor) throw new Permanent("there is no such anchor");
    await lockCheckpoint(transaction, anchor.checkpoint_id);
    if (!(await completeAnchor(transaction, anchorId, proof))) return;
    const completed = { ...anchor, ...proof, status: "anchored" as const, problem: null };
    const sessions = await listSignedSessions(transaction, anchor.checkpoint_id);
    for (const sessionId of sessions.length === 0 ? [null] : sessions) {
      await announceAnchor(transaction, configuration, completed, sessionId);
    }
  });
}
