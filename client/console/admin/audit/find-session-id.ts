import { listSessions } from "../../api/sessions.ts";

/** A session's id as it is, or that of the newest session with this reference; undefined where there is none. */
export async function findSessionId(text: string): Promise<string | undefined> {
  if (/^sess_[0-9A-Z]{26}$/.test(text)) return text;
  const query = new URLSearchParams({ reference: text });
  const { data } = await listSessions(query, null, AbortSignal.timeout(10_000));
  return data[0]?.id;
}
