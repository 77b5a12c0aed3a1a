import { randomUUID } from "node:crypto";
import type { Sample } from "./wrong-bodies.ts";

const CALLBACK = "https://hooks.example.com/nexbasira";
const ONE_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export const FULL_DEVICE = {
  id: randomUUID(),
  user_agent: "A browser",
  screen: { width: 1920, height: 1080, pixel_ratio: 1 },
};

/** For each operation that takes a body, one that is right and has all its fields. */
export const FULL_BODIES: Record<string, Sample> = {
  createSession: {
    full: {
      type: "field_inspection",
      reference: "INS-42871",
      participant: {
        name: "Marie L.",
        channel: "sms",
        phone: "+33612345678",
        email: "marie@example.com",
        locale: "fr",
      },
      callbacks: { "session.completed": CALLBACK },
      signature: { level: "ses", expires_in: 7200 },
      recording: true,
      location: { address: "3 rue des Lilas, Lyon", latitude: 45.76, longitude: 4.83 },
      metadata: { claim: "C-1" },
      retention: { evidence_days: 365 },
      expires_in: 3600,
    },
    machineText: ["metadata.claim"],
  },
  endSession: { full: {} },
  createInvitation: {
    full: { channel: "email", phone: "+33612345678", email: "marie@example.com", revoke_previous: true },
  },
  createWebhookEndpoint: {
    full: { url: CALLBACK, description: "Claims", event_types: ["session.completed"], mode: "test" },
  },
  updateWebhookEndpoint: {
    full: {
      url: CALLBACK,
      description: "Claims",
      event_types: ["session.completed"],
      active: true,
      rotate_secret: true,
      revoke_previous_secrets: true,
    },
  },
  updateOrganization: {
    full: { participant_copy: true, retention: { evidence_days: 3650, personal_data_days: 3650 } },
  },
  setLegalHold: { full: { reason: "Case 12 C 7/2026" } },
  deleteEvidence: { full: { reference: "INS-42871" } },
  findPerson: { full: { by: "email", value: "marie@example.com" } },
  erasePerson: { full: { session_ids: ["sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW"], name: "Marie L." } },
  testWebhookEndpoint: { full: {} },
  resendWebhookEvent: { full: {} },
  resendWebhookEvents: {
    full: {
      endpoint: "we-01KS5Y2P7R4T9E0ZQ6WXM3VHCN",
      event_type: "session.completed",
      status: "dropped",
      created_after: "2026-05-23T11:42:15Z",
      created_before: "2026-05-24T11:42:15+02:00",
    },
  },
  updateBranding: {
    full: {
      name: "Acme",
      logo: `data:image/png;base64,${ONE_PIXEL}`,
      accent: "#0a5c3f",
      theme: "dark",
      domain: "inspect.example.com",
      email_sender_name: "Acme",
      sms_sender_name: "Acme",
    },
  },
  joinSession: {
    full: {
      device: FULL_DEVICE,
      role: "inspector",
      language: "en",
      consents: { recording: true },
      consent_text_version: "2026-11",
    },
    machineText: ["device.user_agent"],
  },
  confirmIdentity: {
    full: {
      name: "Marie Lefèvre",
      proof: { method: "document", document_type: "passport", issuing_country: "FR", document_ending: "42AX" },
    },
  },
  setCodeRecipient: { full: { channel: "sms", phone: "+33612345678", email: "marie@example.com" } },
  askSignerAgain: { full: {} },
  stopAwaitingSigner: { full: {} },
  rotateCallbackSecret: { full: { revoke_previous_secrets: true } },
  createApiKey: { full: { name: "Claims", mode: "test", scopes: ["sessions:read"], expires_in: 3600 } },
};
