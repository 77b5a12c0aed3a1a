import type { Session, SessionPage } from "@nexbasira/core/contract/session.ts";
import type { InfiniteData } from "@tanstack/react-query";

/**
 * The loaded rows with this session as it is now: put in its place, at the top when it is new, taken out when it does not
 * `match` the list's filters any more. The rest stays the very same, so that nothing moves without cause.
 */
export function withSession(
  data: InfiniteData<SessionPage>,
  session: Session,
  matches: boolean,
): InfiniteData<SessionPage> {
  const known = data.pages.some((page) => page.data.some((row) => row.id === session.id));
  if (known) return { ...data, pages: data.pages.map((page) => replaceIn(page, session, matches)) };
  const [first, ...rest] = data.pages;
  const newest = first?.data[0];
  const belongsAtTop = newest === undefined || session.created_at >= newest.created_at;
  if (first === undefined || !matches || !belongsAtTop) return data;
  return { ...data, pages: [{ ...first, data: [session, ...first.data] }, ...rest] };
}

function replaceIn(page: SessionPage, session: Session, matches: boolean): SessionPage {
  if (!page.data.some((row) => row.id === session.id)) return page;
  const others = (row: Session): Session[] => (row.id !== session.id ? [row] : matches ? [session] : []);
  return { ...page, data: page.data.flatMap(others) };
}
