import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Caller } from "./authenticate.ts";

/** The session, if it is the caller's to see; another organization's or mode's is not found. */
export async function ownSession(database: Database, caller: Caller, id: string): Promise<SessionRow> {
  const session = await findSession(database, id);
  if (!session || !isCallers(caller, session)) throw new AppError("not_found", "There is no such session.");
  return session;
}

/** Whether the session is the caller's to see. */
export async function isOwn(database: Database, caller: Caller, id: string): Promise<boolean> {
  const session = await findSession(database, id);
  return session !== undefined && isCallers(caller, session);
}

function isCallers(caller: Caller, session: SessionRow): boolean {
  return session.org_id === caller.org_id && (caller.mode === null || session.mode === caller.mode);
}
