import type { Selectable } from "kysely";
import { toTimestamp } from "../contract/common.ts";
import type { Session } from "../contract/session.ts";
import type { Schema } from "../database/schema.ts";
import type { Links } from "../secrets/links.ts";

export type SessionRow = Selectable<Schema["sessions"]>;

export interface SessionParts {
  /** The newest link that was not revoked. */
  joinLinkId: string;
  /** The organization's own host for links. */
  domain: string | null;
  callbacks: readonly { url: string; event_types: string[] }[];
}

/** A session as the API and the events show it. */
export function toSession(row: SessionRow, parts: SessionParts, links: Links): Session {
  return {
    id: row.id,
    object: "session",
    mode: row.mode,
    type: row.type,
    status: row.status,
    reference: row.reference,
    participant: {
      name: row.participant_name,
      channel: row.participant_channel,
      phone: row.participant_phone,
      email: row.participant_email,
      locale: row.participant_locale,
    },
    callbacks: Object.fromEntries(parts.callbacks.flatMap(({ url, event_types }) => event_types.map((t) => [t, url]))),
    signature: {
      level: row.signature_level,
      ...(row.signature_expires_in !== null && { expires_in: row.signature_expires_in }),
    },
    recording: row.recording,
    location:
      row.expected_address === null && row.expected_latitude === null
        ? null
        : { address: row.expected_address, latitude: row.expected_latitude, longitude: row.expected_longitude },
    metadata: row.metadata,
    join_url: links.joinUrl(parts.joinLinkId, { id: row.org_id, domain: parts.domain }),
    created_at: toTimestamp(row.created_at),
    expires_at: toTimestamp(row.expires_at),
    started_at: row.started_at && toTimestamp(row.started_at),
    completed_at: row.completed_at && toTimestamp(row.completed_at),
    ended_by: row.ended_by,
    retention: row.evidence_retention_own ? { evidence_days: row.evidence_retention_days } : null,
    legal_hold: row.legal_hold_since !== null,
    evidence_deleted_at: row.evidence_deleted_at && toTimestamp(row.evidence_deleted_at),
  };
}
