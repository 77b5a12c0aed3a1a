import { newId } from "../contract/ids.ts";
import type { Transaction } from "../database/database.ts";
import { insertInvitation } from "../database/invitations.ts";
import { insertJoinLink, newestJoinLinks } from "../database/join-links.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { CodeRecipientOf } from "../resources/code-recipient.ts";
import type { SessionRow } from "../resources/session-resource.ts";

/** Puts the message on its way that the report is ready to be signed, with the link that the participant has already. */
export async function inviteToSign(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  session: SessionRow,
  { channel, recipient }: CodeRecipientOf,
): Promise<void> {
  const current = (await newestJoinLinks(transaction, [session.id])).get(session.id);
  const join_link_id = current ?? newId("joinLink");
  if (current === undefined) await insertJoinLink(transaction, { id: join_link_id, session_id: session.id });
  const id = newId("message");
  await insertInvitation(transaction, {
    id,
    session_id: session.id,
    join_link_id,
    purpose: "sign",
    channel,
    recipient,
    status: "waiting",
  });
  await jobs.enqueue(transaction, "send-invitation", { invitation_id: id });
}
