import type { CodeChannel } from "../contract/signing.ts";
import type { SessionRow } from "./session-resource.ts";

export interface CodeRecipientOf {
  channel: CodeChannel;
  recipient: string;
}

type Contact = Pick<
  SessionRow,
  "code_channel" | "code_recipient" | "participant_channel" | "participant_phone" | "participant_email"
>;

/**
 * Where a participant's codes and messages about signing go: where an inspector said, or by the channel that they were
 * invited by, or by the one that there is. Null where there is neither number nor address.
 */
export function codeRecipientOf(session: Contact): CodeRecipientOf | null {
  const { code_channel, code_recipient, participant_channel, participant_phone, participant_email } = session;
  if (code_channel !== null && code_recipient !== null) return { channel: code_channel, recipient: code_recipient };
  const sms = participant_phone !== null && { channel: "sms" as const, recipient: participant_phone };
  const email = participant_email !== null && { channel: "email" as const, recipient: participant_email };
  return (participant_channel === "email" ? email || sms : sms || email) || null;
}
