import type { CodeChannel } from "./signing.ts";

/** A number or an address, so far that its owner knows it again and nobody else learns it: `+33•••••678`, `m•••@example.com`. */
export function maskRecipient(channel: CodeChannel, recipient: string): string {
  if (channel === "sms") return `${recipient.slice(0, 3)}•••••${recipient.slice(-3)}`;
  const at = recipient.lastIndexOf("@");
  return `${recipient.slice(0, 1)}•••${recipient.slice(at)}`;
}
