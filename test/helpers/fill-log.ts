import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";

const SESSIONS = 5;
const AT_ONCE = 100;

/** A new organization; its id. */
export async function newLog(database: Database, slug: string): Promise<number> {
  const { id } = await inTransaction(database, (transaction) => insertOrganization(transaction, { name: slug, slug }));
  return id;
}

/** Appends so many entries to an organization's log, of a few sessions and of none, in large transactions. */
export async function fillLog(database: Database, orgId: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await inTransaction(database, async (transaction) => {
      for (let index = done; index < Math.min(count, done + AT_ONCE); index += 1) {
        const session = index % (SESSIONS + 1);
        await appendAuditEntry(transaction, orgId, {
          actor: { type: "member", id: String(index % 7) },
          action: index % 3 === 0 ? "evidence.viewed" : "evidence.downloaded",
          session_id: session === SESSIONS ? null : `sess_${orgId}_${session}`,
          object: { type: "evidence_item", id: `evd_${index}` },
          object_hash: "ab".repeat(32),
          details: { index },
        });
      }
    });
  }
}
