import { listSessions } from "../../api/sessions.ts";

/** Whatever is an id as it is, else the id of the newest session with this reference; undefined where there is none. */
export async function findId(text: string): Promise<string | undefined> {
  if (/^[a-z]+[_-][0-9A-Z]{26}$/.test(text)) return text;
  const query = new URLSearchParams({ reference: text });
  const { data } = await listSessions(query, null, AbortSignal.timeout(10_000));
  return data[0]?.id;
}
