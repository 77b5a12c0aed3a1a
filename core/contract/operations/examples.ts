import type { EvidenceFile, EvidenceItem, Recording } from "../evidence.ts";
import type { Organization, OrganizationMember } from "../organization.ts";
import { ROLE_PERMISSIONS } from "../permission.ts";
import type { CreateSession, Session } from "../session.ts";
import type { WebhookEndpoint, WebhookEvent, WebhookEventDetail } from "../webhook.ts";
import type { Whiteboard } from "../whiteboard.ts";
import { ANCHOR } from "./audit-examples.ts";

/*
 * One inspection, as the documents show it.
 */

const SESSION_ID = "sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW";
const ITEM_ID = "evd_01KS7C1H6N0PXE7K3VQW9ZT4RB";
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const FILE_URL = "https://api.nexbasira.com/files/eyJrIjoi";

export const CREATE_SESSION = {
  type: "field_inspection",
  reference: "INS-42871",
  participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
  callbacks: { "session.completed": "https://your-app.com/webhooks/nbx" },
} satisfies CreateSession;

export const SESSION = {
  id: SESSION_ID,
  object: "session",
  mode: "live",
  type: "field_inspection",
  status: "pending",
  reference: "INS-42871",
  participant: { name: "Marie L.", channel: "sms", phone: "+33612345678", email: null, locale: "fr" },
  callbacks: { "session.completed": "https://your-app.com/webhooks/nbx" },
  signature: { level: "ses" },
  recording: true,
  location: null,
  metadata: { claim: "2026-0413" },
  join_url: "https://join.nexbasira.com/s/01KS7A3VK2abc123def",
  created_at: "2026-05-23T11:40:02Z",
  expires_at: "2026-05-26T11:40:02Z",
  started_at: null,
  completed_at: null,
  ended_by: null,
  retention: null,
  legal_hold: false,
  evidence_deleted_at: null,
} satisfies Session;

export const COMPLETED_SESSION = {
  ...SESSION,
  status: "completed",
  started_at: "2026-05-23T11:42:15Z",
  completed_at: "2026-05-23T12:01:48Z",
  ended_by: "console",
} satisfies Session;

export const EVIDENCE_ITEM = {
  id: ITEM_ID,
  object: "evidence_item",
  session_id: SESSION_ID,
  kind: "snapshot",
  sha256: SHA256,
  size: 4_718_592,
  media_type: "image/jpeg",
  width: 4032,
  height: 3024,
  duration_ms: null,
  title: null,
  filename: null,
  source: "photo",
  captured_at: "2026-05-23T11:44:07Z",
  received_at: "2026-05-23T11:44:09Z",
  device_time: "2026-05-23T11:44:06.912Z",
  clock_offset_ms: 104,
  device_order: 1,
  location: { latitude: 45.76013, longitude: 4.83012, accuracy_m: 6, age_s: 1.2 },
  location_status: "fixed",
  captured_by: { participant_id: "part_01KS7BXZ0G5N8R1Q7M4VT2WCEA", name: "Marie L.", role: "participant" },
  derived_from: null,
  provisional: false,
  request_id: "3b241101-e2bb-4255-8caf-4136c566a962",
  superseded_by: null,
  whiteboard_id: null,
  problem: null,
  deleted_at: null,
  content_url: FILE_URL,
  preview_url: FILE_URL,
  thumbnail_url: FILE_URL,
} satisfies EvidenceItem;

export const EVIDENCE_FILE = {
  object: "evidence_file",
  session_id: SESSION_ID,
  status: "ready",
  problem: null,
  deleted_at: null,
  pdf_url: FILE_URL,
  pdf_sha256: SHA256,
  pdf_size: 2_310_144,
  bundle_url: null,
  audit_chain_hash: SHA256,
  signature: {
    id: "sig_01KS7D6Q2B8E4X0ZK9MTR5VWCN",
    level: "ses",
    baseline: "B-LTA",
    signed_at: "2026-05-23T12:02:31Z",
    timestamp_authority: "CN=Example TSA",
    development: false,
    signers: [
      {
        participant_id: "part_01KS7A3VK2Q9F4X0ZB6MTR5HWC",
        name: "Marie Lefèvre",
        level: "ses",
        signed_at: "2026-05-23T12:01:48Z",
        code: { channel: "sms", sent_to: "+33•••••678", confirmed_at: "2026-05-23T12:01:20Z" },
        identity: null,
        certificate_subject: null,
        provider: null,
      },
    ],
  },
  signer: null,
  anchors: [ANCHOR],
  items: [EVIDENCE_ITEM],
} satisfies EvidenceFile;

export const RECORDING = {
  id: "rec_01KS7BY4M9T2WQ6E1XZR8VHC5N",
  object: "recording",
  session_id: SESSION_ID,
  status: "ready",
  progress: 1,
  started_at: "2026-05-23T11:42:16Z",
  ended_at: "2026-05-23T12:01:48Z",
  duration_ms: 1_172_000,
  gaps: [],
  parts: 1,
  deleted_at: null,
  sha256: SHA256,
  size: 146_800_640,
  media_type: "video/x-matroska",
  content_url: FILE_URL,
  mp4: { sha256: SHA256, size: 139_460_608, url: FILE_URL },
  poster_url: FILE_URL,
  contact_sheet_url: FILE_URL,
  waveform_url: FILE_URL,
} satisfies Recording;

export const WHITEBOARD = {
  id: "wb_01KS7C8D3V0QZ6N5M1XWT9R4HE",
  object: "whiteboard",
  session_id: SESSION_ID,
  kind: "annotation",
  evidence_item_id: ITEM_ID,
  width: 4032,
  height: 3024,
  created_at: "2026-05-23T11:46:20Z",
  updated_at: "2026-05-23T11:46:58Z",
  svg_url: "https://api.nexbasira.com/v1/whiteboards/wb_01KS7C8D3V0QZ6N5M1XWT9R4HE.svg",
  png_url: "https://api.nexbasira.com/v1/whiteboards/wb_01KS7C8D3V0QZ6N5M1XWT9R4HE.png",
} satisfies Whiteboard;

export const WEBHOOK_ENDPOINT = {
  id: "we-01KS5Y2P7R4T9E0ZQ6WXM3VHCN",
  object: "webhook_endpoint",
  mode: "live",
  url: "https://hooks.acme.com/cvp",
  description: "Production claims pipeline",
  event_types: ["session.completed", "evidence.created"],
  active: true,
  created_at: "2026-04-12T09:00:00Z",
  secret_prefix: "4f9d2a",
  previous_secret_expires_at: null,
  disabled_at: null,
  failures_in_a_row: 0,
} satisfies WebhookEndpoint;

export const WEBHOOK_EVENT = {
  id: "wev-01KS7C1J0B5N8XQ2E6WZT4RVMH",
  object: "webhook_event",
  endpoint: WEBHOOK_ENDPOINT.id,
  event_id: "evt_01KS7C1HZ3V9M0TQ4EXW7RB5CN",
  event_type: "evidence.created",
  status: "delivered",
  response_status: 200,
  attempt_count: 1,
  created_at: "2026-05-23T11:44:09Z",
  delivered_at: "2026-05-23T11:44:09Z",
  next_attempt_at: null,
} satisfies WebhookEvent;

export const WEBHOOK_EVENT_DETAIL = {
  ...WEBHOOK_EVENT,
  url: WEBHOOK_ENDPOINT.url,
  payload: {
    id: WEBHOOK_EVENT.event_id,
    type: WEBHOOK_EVENT.event_type,
    created_at: WEBHOOK_EVENT.created_at,
    org_id: 7,
    sequence: 3,
    data: EVIDENCE_ITEM,
  },
  attempts: [
    {
      number: 1,
      started_at: WEBHOOK_EVENT.created_at,
      duration_ms: 84,
      request_headers: { "content-type": "application/json; charset=utf-8", "nb-event-id": WEBHOOK_EVENT.event_id },
      response_status: 200,
      response_headers: { "content-type": "application/json" },
      response_body: '{"ok":true}',
      problem: null,
    },
  ],
} satisfies WebhookEventDetail;

export const MEMBER = {
  id: 12,
  name: "Petr Dvořák",
  email: "petr.dvorak@acme.com",
  role: "inspector",
  joined_at: "2026-03-02T08:15:40Z",
} satisfies OrganizationMember;

export const ORGANIZATION = {
  object: "organization",
  id: 7,
  name: "Acme Insurance",
  created_at: "2026-03-01T10:00:00Z",
  mode: "live",
  sandbox: false,
  participant_copy: false,
  retention: { evidence_days: 3650, personal_data_days: 3650 },
  quotas: {
    sessions_per_month: { limit: 2000, used: 412, resets_at: "2026-06-01T00:00:00Z" },
    minutes_per_month: { limit: null, used: 5310, resets_at: "2026-06-01T00:00:00Z" },
    storage_bytes: { limit: 500_000_000_000, used: 81_604_378_624, resets_at: null },
    members: { limit: 50, used: 1, resets_at: null },
  },
  rate_limits: { key: 1200, organization: 3000 },
  members: { data: [MEMBER], has_more: false, next_cursor: null },
  roles: [{ name: "observer", permissions: [...ROLE_PERMISSIONS.observer] }],
} satisfies Organization;

/** A list that ends with its first page. */
export function pageExample(item: unknown) {
  return { data: [item], has_more: false, next_cursor: null };
}
