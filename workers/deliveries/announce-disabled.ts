import { newId } from "@nexbasira/core/contract/ids.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findUser } from "@nexbasira/core/database/organizations.ts";
import { insertOutboxMessage } from "@nexbasira/core/database/outbox-messages.ts";
import { findWebhookEndpointById } from "@nexbasira/core/database/webhook-endpoints.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Drivers, Mail } from "../messages/drivers.ts";
import { escapeHtml } from "../messages/escape-html.ts";

/**
 * Tells an administrator that an endpoint was disabled, by mail or, where nothing is sent, in the outbox. Nothing is said
 * when it runs again already or is gone.
 */
export async function announceDisabled(
  { database, links, drivers }: { database: Database; links: Links; drivers: Drivers },
  { endpoint_id, user_id }: { endpoint_id: string; user_id: number },
): Promise<void> {
  const endpoint = await findWebhookEndpointById(database, endpoint_id);
  const user = await findUser(database, user_id);
  if (!user || !endpoint || endpoint.deleted_at || !endpoint.disabled_at) return;
  const link = `${links.publicUrl}/console/admin/webhooks/${endpoint.id}`;
  const mail = writeMail({ name: user.name, url: endpoint.url, link });
  if (drivers.email && endpoint.mode === "live") {
    await drivers.email(user.email, mail, null);
    return;
  }
  await inTransaction(database, (transaction) =>
    insertOutboxMessage(transaction, {
      id: newId("message"),
      org_id: endpoint.org_id,
      channel: "email",
      recipient: user.email,
      subject: mail.subject,
      body_text: mail.text,
      body_html: mail.html,
      link,
    }),
  );
}

function writeMail({ name, url, link }: { name: string; url: string; link: string }): Mail {
  const { host } = new URL(url);
  const paragraphs = [
    `Hello ${name},`,
    `the webhook endpoint ${url} has failed too often in a row, or said that it is gone, and was disabled.`,
    "Nothing is lost: what it has not received waits, and is sent as soon as the endpoint is enabled again.",
    `See what it answered, and enable it, here:\n${link}`,
  ];
  return {
    subject: `Webhook endpoint disabled: ${host}`,
    text: paragraphs.join("\n\n"),
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><body>${paragraphs
      .map((text) => `<p>${escapeHtml(text)}</p>`)
      .join("")}</body></html>`,
  };
}
