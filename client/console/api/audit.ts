import {
  type AuditCheckpoint,
  AuditCheckpointPage,
  AuditLogEntryPage,
  AuditVerification,
  InclusionProof,
} from "@nexbasira/core/contract/audit.ts";
import type { AuditExportFormat } from "@nexbasira/core/contract/audit-export.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import type { z } from "zod";

const PAGE_SIZE = 100;

/** One page of the log's entries that match, newest first. `cursor` is the page before's `next_cursor`. */
export function listAuditEntries(
  query: URLSearchParams,
  cursor: string | null,
  signal: AbortSignal,
): Promise<z.infer<typeof AuditLogEntryPage>> {
  const all = new URLSearchParams(query);
  all.set("limit", String(PAGE_SIZE));
  if (cursor !== null) all.set("cursor", cursor);
  return fetchJson(`/v1/audit/entries?${all}`, { schema: AuditLogEntryPage, signal });
}

export interface AuditState {
  /** The newest; undefined while none was made. */
  checkpoint: AuditCheckpoint | undefined;
  verification: AuditVerification;
}

/** How far the log is signed, anchored and verified. */
export async function readAuditState(signal: AbortSignal): Promise<AuditState> {
  const [checkpoints, verification] = await Promise.all([
    fetchJson("/v1/audit/checkpoints?limit=1", { schema: AuditCheckpointPage, signal }),
    fetchJson("/v1/audit/verification", { schema: AuditVerification, signal }),
  ]);
  return { checkpoint: checkpoints.data[0], verification };
}

export function proveInclusion(sequence: number, size: number, signal: AbortSignal): Promise<InclusionProof> {
  const query = new URLSearchParams({ sequence: String(sequence), size: String(size) });
  return fetchJson(`/v1/audit/proofs/inclusion?${query}`, { schema: InclusionProof, signal });
}

/** Where the entries that match are downloaded. */
export function auditExportUrl(query: URLSearchParams, format: AuditExportFormat): string {
  const all = new URLSearchParams(query);
  all.set("format", format);
  return `/console/api/audit/export?${all}`;
}
