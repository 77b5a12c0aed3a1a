import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { Outbox } from "@nexbasira/core/contract/console.ts";
import { listOutboxMessages } from "@nexbasira/core/database/outbox-messages.ts";
import type { ServerContext } from "../context.ts";

const MESSAGES = 100;

/** The newest messages that were kept instead of sent: an organization's, or everybody's. */
export async function loadOutbox(
  { database, links }: Pick<ServerContext, "database" | "links">,
  orgId: number | undefined,
): Promise<Outbox> {
  const messages = await listOutboxMessages(database, { org_id: orgId, limit: MESSAGES });
  const { publicUrl, phoneUrl } = links;
  return {
    data: messages.map((message) => ({
      id: message.id,
      channel: message.channel,
      to: message.recipient,
      subject: message.subject,
      text: message.body_text,
      html: message.body_html,
      link: message.link,
      phone_link: phoneUrl && (message.link?.replace(publicUrl, phoneUrl) ?? null),
      created_at: toTimestamp(message.created_at),
    })),
  };
}
