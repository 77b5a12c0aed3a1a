import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertInvitation } from "@nexbasira/core/database/invitations.ts";
import { insertInvitedJoinLink } from "@nexbasira/core/database/join-links.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

interface NewInvitation {
  session_id: string;
  join_link_id: string;
  channel: "sms" | "email" | "link";
  recipient: string | null;
}

/**
 * Puts a message with the link on its way, and makes the link where it is a new one; channel `link` sends nothing:
 * whoever asked hands the link over.
 */
export async function sendInvitation(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  { link, ...invitation }: NewInvitation & { link: "new" | "existing" },
): Promise<void> {
  const id = newId("message");
  const sends = invitation.channel !== "link";
  const row = { ...invitation, id, status: sends ? ("waiting" as const) : ("sent" as const) };
  const { join_link_id, session_id } = invitation;
  if (link === "new") await insertInvitedJoinLink(transaction, { id: join_link_id, session_id }, row);
  else await insertInvitation(transaction, row);
  if (sends) await jobs.enqueue(transaction, "send-invitation", { invitation_id: id });
}
