import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertInvitation } from "@nexbasira/core/database/invitations.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

/** Puts a message with the link on its way; channel `link` sends nothing: whoever asked hands the link over. */
export async function sendInvitation(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  invitation: { session_id: string; join_link_id: string; channel: "sms" | "email" | "link"; recipient: string | null },
): Promise<void> {
  const id = newId("message");
  const sends = invitation.channel !== "link";
  await insertInvitation(transaction, { ...invitation, id, status: sends ? "waiting" : "sent" });
  if (sends) await jobs.enqueue(transaction, "send-invitation", { invitation_id: id });
}
