import { AuditExportQuery } from "../audit-export.ts";
import { operation } from "../operation.ts";
import {
  DeleteEvidence,
  ErasedPerson,
  ErasePerson,
  FindPerson,
  PersonExportQuery,
  PersonSessions,
  RetainedSession,
  RetainedSessionPage,
  RetainedSessionQuery,
  SetLegalHold,
} from "../retention.ts";

const TAG = "Console";

/** What is kept and how long, holds, deletions, and the people in sessions: calls of the console. */
export const RETENTION_OPERATIONS = {
  exportAuditEntries: operation({
    method: "get",
    path: "/audit/export",
    tag: TAG,
    summary: "Export the audit log",
    description: "The entries that fit, oldest first, written as they are read.",
    permission: "audit:read",
    query: AuditExportQuery,
    answer: { status: 200, mediaType: "text/csv", description: "As CSV, or as JSON lines." },
  }),
  listRetainedSessions: operation({
    method: "get",
    path: "/retained-sessions",
    tag: TAG,
    summary: "List sessions that are held, due to be deleted, or deleted",
    description: "Newest first; without `state`, all there are.",
    permission: "retention:write",
    query: RetainedSessionQuery,
    answer: { status: 200, schema: RetainedSessionPage, description: "One page of sessions." },
  }),
  setLegalHold: operation({
    method: "post",
    path: "/sessions/{id}/legal-hold",
    tag: TAG,
    summary: "Hold a session: nothing of it is deleted",
    description: "A session that is held already keeps who held it first, and why.",
    permission: "retention:write",
    body: SetLegalHold,
    answer: { status: 200, schema: RetainedSession, description: "The session as it is now." },
    errors: ["not_found", "evidence_deleted"],
  }),
  removeLegalHold: operation({
    method: "delete",
    path: "/sessions/{id}/legal-hold",
    tag: TAG,
    summary: "Remove a session's legal hold",
    permission: "retention:write",
    answer: { status: 204, description: "It is not held." },
    errors: ["not_found"],
  }),
  deleteEvidence: operation({
    method: "post",
    path: "/sessions/{id}/evidence-deletion",
    tag: TAG,
    summary: "Delete the contents of a session's evidence",
    description: "For good. Hashes, audit entries and proofs stay. `reference` is the session's, typed again.",
    permission: "evidence:delete",
    body: DeleteEvidence,
    answer: { status: 200, schema: RetainedSession, description: "The session as it is now." },
    errors: ["not_found", "legal_hold"],
  }),
  findPerson: operation({
    method: "post",
    path: "/people/search",
    tag: TAG,
    summary: "Find the sessions of a person",
    permission: "people:write",
    body: FindPerson,
    answer: { status: 200, schema: PersonSessions, description: "The newest hundred, newest first." },
  }),
  exportPerson: operation({
    method: "get",
    path: "/people/export",
    tag: TAG,
    summary: "Export everything about a person",
    description: "A ZIP, written as it is read: a JSON document, the person's captures and drawn signatures.",
    permission: "people:write",
    query: PersonExportQuery,
    answer: { status: 200, mediaType: "application/zip", description: "The archive." },
    errors: ["not_found"],
  }),
  erasePerson: operation({
    method: "post",
    path: "/people/erasure",
    tag: TAG,
    summary: "Make a person unreadable",
    description:
      "Deletes the contents of the evidence that shows the person, and all that is known of them in these sessions; all " +
      "of it or nothing.",
    permission: "people:write",
    body: ErasePerson,
    answer: { status: 200, schema: ErasedPerson, description: "It is done." },
    errors: ["not_found", "legal_hold", "conflict"],
  }),
};
