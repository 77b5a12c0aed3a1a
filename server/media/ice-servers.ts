import { createHmac } from "node:crypto";

/** As long as a session may be open without anybody coming back. */
const CREDENTIAL_S = 12 * 3600;

/**
 * The TURN servers for one person, with credentials that end (draft-uberti-behave-turn-rest-00, as coturn's
 * `use-auth-secret`): the name is the end and the person, the password its HMAC-SHA1 under the shared secret. Empty where
 * none is configured; no STUN server is needed, because the SFU's candidates are public.
 */
export function iceServersFor(
  participantId: string,
  turn: { urls: readonly string[]; secret: string } | null,
  { now = Date.now(), lifeS = CREDENTIAL_S }: { now?: number; lifeS?: number } = {},
): { urls: string[]; username: string; credential: string }[] {
  if (!turn) return [];
  const username = `${Math.floor(now / 1000) + lifeS}:${participantId}`;
  const credential = createHmac("sha1", turn.secret).update(username).digest("base64");
  return [{ urls: [...turn.urls], username, credential }];
}
