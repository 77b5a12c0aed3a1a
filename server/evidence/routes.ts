import { contentsDeleted } from "@nexbasira/core/actions/note-access.ts";
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
  | "readEvidenceFile"
  | "readEvidenceBundle"
  | "listRecordings"
  | "listEvidence"
  | "readEvidenceItem"
  | "readEvidenceContent"
>;

/** `/evidence`, and a session's evidence file and recordings, of the public API. */
export function evidenceHandlers({ database, links }: Pick<ServerContext, "database" | "links">): EvidenceHandlers {
  async function ownItem(caller: Caller, id: string) {
    const item = await findEvidenceItem(database, id);
    if (!item || !(await isOwn(database, caller, item.session_id))) {
      throw new AppError("not_found", "There is no such evidence item.");
    }
    return toEvidenceItem(item, links.for(caller.actor));
  }

  return {
    readEvidenceFile: async ({ caller, params }) =>
      loadEvidenceFile(database, links.for(caller.actor), await ownSession(database, caller, params.id)),

    readEvidenceBundle: async ({ caller, params, response }) => {
      const session = await ownSession(database, caller, params.id);
      const { bundle_url } = await loadEvidenceFile(database, links.for(caller.actor), session);
      if (bundle_url === null) throw new AppError("conflict", "The evidence file is not ready yet.");
      response.redirect(302, bundle_url);
    },

    listRecordings: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      const recording = await findSessionRecording(database, session.id);
      const own = links.for(caller.actor);
      return { data: recording ? [toRecording(recording, own)] : [], has_more: false, next_cursor: null };
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
      const own = links.for(caller.actor);
      return pageOf(
        rows,
        limit,
        rows.map((row) => toEvidenceItem(row, own)),
      );
    },

    readEvidenceItem: ({ caller, params }) => ownItem(caller, params.id),

    readEvidenceContent: async ({ caller, params, response }) => {
      const { content_url, deleted_at } = await ownItem(caller, params.id);
      if (deleted_at !== null) throw contentsDeleted(deleted_at);
      response.redirect(302, content_url);
    },
  };
}
