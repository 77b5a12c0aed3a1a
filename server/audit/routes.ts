import { listVerifierKeys, logOrigin } from "@nexbasira/core/audit/log-key.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findAnchor, listAnchors } from "@nexbasira/core/database/anchors.ts";
import { findActorNames, findAuditLog, searchAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { findVerification } from "@nexbasira/core/database/audit-verifications.ts";
import { type CheckpointRow, findCheckpoint, listCheckpoints } from "@nexbasira/core/database/checkpoints.ts";
import type { ServerContext } from "../context.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { toAuditCheckpoint, toAuditLogEntry } from "./audit-resources.ts";
import { consistencyProof, inclusionProof } from "./prove.ts";

type AuditHandlers = PublicHandlers<
  | "listAuditEntries"
  | "listAuditCheckpoints"
  | "readAuditCheckpoint"
  | "readAnchorToken"
  | "proveInclusion"
  | "proveConsistency"
  | "readAuditKeys"
  | "readAuditVerification"
>;

/** `/audit` of the public API: the organization's log, and what proves it. */
export function auditHandlers({
  database,
  links,
  configuration,
}: Pick<ServerContext, "database" | "links" | "configuration">): AuditHandlers {
  async function withAnchors(rows: readonly CheckpointRow[]) {
    const anchors = await listAnchors(
      database,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => toAuditCheckpoint(row, anchors, links));
  }

  return {
    listAuditEntries: async ({ caller, query }) => {
      const { limit, cursor, ...filter } = query;
      const rows = await searchAuditEntries(database, {
        ...filter,
        org_id: caller.org_id,
        // A member reads the whole log of their organization; a key has one mode.
        mode: caller.member ? null : caller.mode,
        beyond: cursor === undefined ? undefined : Number(cursor),
        limit: limit + 1,
      });
      const names = await findActorNames(
        database,
        caller.org_id,
        rows.map(({ actor }) => actor),
      );
      return pageOf(rows, limit, "sequence", (row) => toAuditLogEntry(row, names));
    },

    listAuditCheckpoints: async ({ caller, query: { limit, cursor } }) => {
      const before_size = cursor === undefined ? undefined : Number(cursor);
      const rows = await listCheckpoints(database, caller.org_id, { before_size, limit: limit + 1 });
      const checkpoints = new Map((await withAnchors(rows)).map((checkpoint) => [checkpoint.id, checkpoint]));
      const page = pageOf(rows, limit, "size", ({ id }) => checkpoints.get(id));
      return { ...page, data: page.data.filter((checkpoint) => checkpoint !== undefined) };
    },

    readAuditCheckpoint: async ({ caller, params }) => {
      const row = await findCheckpoint(database, caller.org_id, params.id);
      const [checkpoint] = row ? await withAnchors([row]) : [];
      if (!checkpoint) throw new AppError("not_found", "There is no such checkpoint.");
      return checkpoint;
    },

    readAnchorToken: async ({ caller, params, response }) => {
      const anchor = await findAnchor(database, params.id);
      if (!anchor?.token || anchor.org_id !== caller.org_id) throw new AppError("not_found", "There is no such token.");
      const isStamp = anchor.kind === "rfc3161";
      response.attachment(
        isStamp ? `checkpoint-${anchor.size}.${anchor.authority}.tst` : `checkpoint-${anchor.size}.txt.ots`,
      );
      response.set("Cache-Control", "private, no-cache");
      response.type("application/octet-stream").send(anchor.token);
    },

    proveInclusion: ({ caller, query }) => inclusionProof(database, caller.org_id, query),
    proveConsistency: ({ caller, query }) => consistencyProof(database, caller.org_id, query),

    readAuditKeys: async ({ caller }) => {
      const origin = logOrigin(configuration.publicUrl, caller.org_id);
      const log = await findAuditLog(database, caller.org_id);
      return { origin, size: log?.size ?? 0, keys: await listVerifierKeys(database, origin) };
    },

    readAuditVerification: async ({ caller }) => {
      const verification = await findVerification(database, caller.org_id);
      return {
        object: "audit_verification",
        verified_at: verification ? toTimestamp(verification.verified_at) : null,
        size: verification?.size ?? 0,
        problem: verification?.problem ?? null,
      };
    },
  };
}

/** A page out of the rows that `limit + 1` brought; its cursor is the last row's place in the log. */
function pageOf<Name extends string, Row extends Record<Name, number>, Item>(
  rows: readonly Row[],
  limit: number,
  place: Name,
  toItem: (row: Row) => Item,
) {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(toItem),
    has_more: last !== undefined,
    next_cursor: last === undefined ? null : String(last[place]),
  };
}
