import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import type { OrganizationRow } from "@nexbasira/core/database/organizations.ts";
import { insertOutboxMessage } from "@nexbasira/core/database/outbox-messages.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Drivers, Mail } from "./drivers.ts";

type OutboxMessage = Parameters<typeof insertOutboxMessage>[1];

export interface Delivery {
  session: Pick<SessionRow, "id" | "org_id" | "mode">;
  organization: Pick<OrganizationRow, "sms_sender_name" | "email_sender_name">;
  channel: keyof Drivers;
  recipient: string;
  message: Mail & { sms: string };
}

/**
 * Sends a message by its channel. Answers what is to be done in the transaction that says so: a message of a channel
 * without a driver, or of test mode, goes to the outbox then, with what it belongs to.
 */
export async function deliverMessage(
  drivers: Drivers,
  { session, organization, channel, recipient, message }: Delivery,
): Promise<(transaction: Transaction, of: Pick<OutboxMessage, "invitation_id" | "code_id" | "link">) => Promise<void>> {
  const driver = session.mode === "test" ? null : drivers[channel];
  await driver?.(recipient, message, channel === "sms" ? organization.sms_sender_name : organization.email_sender_name);
  return async (transaction, of) => {
    if (driver) return;
    await insertOutboxMessage(transaction, {
      ...of,
      id: newId("message"),
      org_id: session.org_id,
      session_id: session.id,
      channel,
      recipient,
      subject: channel === "email" ? message.subject : null,
      body_text: channel === "email" ? message.text : message.sms,
      body_html: channel === "email" ? message.html : null,
    });
  };
}
