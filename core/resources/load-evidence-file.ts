import type { EvidenceFile } from "../contract/evidence.ts";
import { listSessionAnchors } from "../database/anchors.ts";
import type { Database } from "../database/database.ts";
import { findEvidenceFile } from "../database/evidence-files.ts";
import { listEvidenceItems } from "../database/evidence-items.ts";
import type { Links } from "../secrets/links.ts";
import { toEvidenceFile } from "./evidence-file-resource.ts";
import { loadSigners } from "./load-signers.ts";
import type { SessionRow } from "./session-resource.ts";

/** A session's evidence file with its items, as it is now. */
export async function loadEvidenceFile(database: Database, links: Links, session: SessionRow): Promise<EvidenceFile> {
  const row = await findEvidenceFile(database, session.id);
  const [items, signers] = [await listEvidenceItems(database, session.id), await loadSigners(database, session.id)];
  const anchors = await listSessionAnchors(database, session.id);
  return toEvidenceFile(session, row, items, links, signers, anchors);
}
