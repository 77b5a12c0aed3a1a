import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findEvidenceItem, listOrganizationItems } from "@nexbasira/core/database/evidence-items.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { toEvidenceItem } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { loadEvidenceFile } from "@nexbasira/core/resources/load-evidence-file.ts";
import { toRecording } from "@nexbasira/core/resources/recording-resource.ts";
import type { ServerContext } from "../context.ts";
import type { Caller } from "../http/authenticate.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { isOwn, ownSession } from "../http/own-session.ts";
import { idOfCursor, pageOf } from "../http/pagination.ts";

type EvidenceHandlers = PublicHandlers<
  "readEvidenceFile" | "listRecordings" | "listEvidence" | "readEvidenceItem" | "readEvidenceContent"
>;

/** `/evidence`, and a session's evidence file and recordings, of the public API. */
export function evidenceHandlers({ database, links }: Pick<ServerContext, "database" | "links">): EvidenceHandlers {
  async function ownItem(caller: Caller, id: string) {
    const item = await findEvidenceItem(database, id);
    if (!item || !(await isOwn(database, caller, item.session_id))) {
      throw new AppError("not_found", "There is no such evidence item.");
    }
    return toEvidenceItem(item, links);
  }

  return {
    readEvidenceFile: async ({ caller, params }) =>
      loadEvidenceFile(database, links, await ownSession(database, caller, params.id)),

    listRecordings: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      const recording = await findSessionRecording(database, session.id);
      return { data: recording ? [toRecording(recording, links)] : [], has_more: false, next_cursor: null };
    },

    listEvidence: async ({ caller, query }) => {
      const { limit, cursor, session_id } = query;
      const rows = await listOrganizationItems(database, {
        org_id: caller.org_id,
        ...(caller.mode ? { mode: caller.mode } : {}),
        session_id,
        after_id: idOfCursor("evidenceItem", cursor),
        limit: limit + 1,
      });
      return pageOf(
        rows,
        limit,
        rows.map((row) => toEvidenceItem(row, links)),
      );
    },

    readEvidenceItem: ({ caller, params }) => ownItem(caller, params.id),

    readEvidenceContent: async ({ caller, params, response }) => {
      response.redirect(302, (await ownItem(caller, params.id)).content_url);
    },
  };
}
