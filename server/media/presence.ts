import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findParticipant, lockPresence, markLeft, markPresent } from "@nexbasira/core/database/participants.ts";
import type { Schema } from "@nexbasira/core/database/schema.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import type { Selectable } from "kysely";

type ParticipantRow = Selectable<Schema["participants"]>;

export type LeftReason = "left" | "disconnected" | "session_ended";

/** Who acts, as the audit log names them: a member by their user, a participant by themselves. */
export function actorOf(participant: Pick<ParticipantRow, "id" | "user_id">): Actor {
  return participant.user_id === null
    ? { type: "participant", id: participant.id }
    : { type: "member", id: String(participant.user_id) };
}

function describe(participant: ParticipantRow) {
  return {
    session_id: participant.session_id,
    participant: { id: participant.id, role: participant.role, name: participant.name },
    device: participant.device,
    joined_at: toTimestamp(participant.joined_at),
  };
}

/** `participant.joined`, unless they are present already: a device that comes back within the grace period never left. */
export async function recordJoined(database: Database, orgId: number, participantId: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const before = await lockPresence(transaction, participantId);
    if (!before) throw new Error(`participant ${participantId} is not in the database`);
    if (before.present) return;
    const participant = await markPresent(transaction, participantId);
    await recordEvent(transaction, {
      org_id: orgId,
      session_id: participant.session_id,
      type: "participant.joined",
      data: describe(participant),
      actor: actorOf(participant),
      object: { type: "participant", id: participant.id },
    });
  });
}

/** Another device has taken the person's place; they were present before and are after. */
export async function recordDeviceReplaced(database: Database, orgId: number, participantId: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const participant = await findParticipant(transaction, participantId);
    if (!participant) throw new Error(`participant ${participantId} is not in the database`);
    await appendAuditEntry(transaction, orgId, {
      actor: actorOf(participant),
      action: "participant.device_replaced",
      session_id: participant.session_id,
      object: { type: "participant", id: participant.id },
      object_hash: null,
      details: { device: participant.device },
    });
  });
}

/**
 * `participant.left`, unless they have left already. `unless` is asked with their row locked: true means that they came
 * back meanwhile.
 */
export async function recordLeft(
  database: Database,
  orgId: number,
  participantId: string,
  reason: LeftReason,
  unless: () => boolean = () => false,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const before = await lockPresence(transaction, participantId);
    if (!before?.present || unless()) return;
    const participant = await markLeft(transaction, participantId, reason);
    await recordEvent(transaction, {
      org_id: orgId,
      session_id: participant.session_id,
      type: "participant.left",
      data: {
        ...describe(participant),
        left_at: toTimestamp(participant.left_at ?? new Date()),
        reason,
      },
      actor: actorOf(participant),
      object: { type: "participant", id: participant.id },
    });
  });
}
