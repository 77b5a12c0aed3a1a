import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";

interface InvitationRequest {
  session_id: string;
  join_link_id: string;
  channel: "sms" | "email" | "link";
  recipient: string | null;
}

/** The row of a new invitation. Channel `link` sends nothing: whoever asked hands the link over. */
export function newInvitation(request: InvitationRequest) {
  return {
    ...request,
    id: newId("message"),
    status: request.channel === "link" ? ("sent" as const) : ("waiting" as const),
  };
}

/** Puts its message on the way, if it has one. */
export async function sendInvitation(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  invitation: ReturnType<typeof newInvitation>,
): Promise<void> {
  if (invitation.status === "waiting") {
    await jobs.enqueue(transaction, "send-invitation", { invitation_id: invitation.id });
  }
}
