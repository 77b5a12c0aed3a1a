import type { Actor } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { findParticipant } from "@nexbasira/core/database/participants.ts";
import type { Person } from "../media/person.ts";
import { actorOf } from "../media/presence.ts";

/** Who sent a message, as the audit log names them. */
export async function auditActor(transaction: Transaction, person: Person): Promise<Actor> {
  const participant = await findParticipant(transaction, person.id);
  if (!participant) throw new Error(`participant ${person.id} is not in the database`);
  return actorOf(participant);
}
