import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { insertBoardOperations, insertWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import sharp from "sharp";
import { enterSession } from "../helpers/enter-session.ts";
import type { Instance } from "../helpers/instance.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

/**
 * Makes one of everything that the public API answers: a webhook endpoint with deliveries, a session in each state of its
 * life, evidence of two kinds, a drawn board, a recording, and a signed evidence file. Needs the workers and ends them.
 * The board's id.
 */
export async function fillInstance(instance: Instance, webhookUrl: string): Promise<string> {
  await instance.post("/v1/webhook-endpoints", { url: webhookUrl, description: "Everything" }, CreatedWebhookEndpoint);
  const pending = await createSession(instance, { callbacks: { "session.completed": webhookUrl } });
  await instance.post(`/v1/sessions/${pending.id}/invitations`, { channel: "link" }, Session);

  const active = await createSession(instance, {
    location: { address: "12 rue de la Paix, Lyon", latitude: 45.76, longitude: 4.83 },
    metadata: { claim: "2026-0413" },
    signature: { level: "ses" },
  });
  const participant = await capture(instance, active);
  const board = await drawBoard(instance, active, participant);
  await record(instance, active);

  const completed = await createSession(instance, { recording: false });
  await capture(instance, completed);
  await instance.post(`/v1/sessions/${completed.id}/end`, {}, Session);
  await waitFor(
    "the evidence file to be signed",
    async () => {
      const file = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${completed.id}/evidence`)).json());
      if (file.status === "failed") throw new Error(`The evidence file could not be made: ${file.problem}`);
      return file.status === "ready";
    },
    60_000,
  );
  await instance.child("workers").stop();
  return board;
}

function createSession(instance: Instance, extra: object): Promise<Session> {
  const participant = { name: "Marie L.", channel: "email", email: "marie@example.com", locale: "fr" };
  const body = { type: "field_inspection", reference: "INS-42871", participant, ...extra };
  return instance.post("/v1/sessions", body, Session);
}

/** The participant enters and sends a snapshot with its place and a document; their id. */
async function capture(instance: Instance, session: Session): Promise<string> {
  const { access_token, participant_id } = await enterSession(instance, session);
  const uploader = new Uploader(instance.url, access_token);
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: "#00e5a0" } });
  const snapshot = await uploader.upload(new Uint8Array(await picture.jpeg().toBuffer()), {
    kind: "snapshot",
    media_type: "image/jpeg",
    source: "photo",
    location: { latitude: 45.76013, longitude: 4.83012, accuracy_m: 5, age_s: 1 },
    location_status: "fixed",
  });
  const document = await uploader.upload(new TextEncoder().encode("Boiler 3, room B12"), {
    media_type: "text/plain",
    device_order: 2,
  });
  if (!snapshot.ok || !document.ok) throw new Error(`The uploads answered ${snapshot.status} and ${document.status}.`);
  return participant_id;
}

async function drawBoard({ testDatabase: { database } }: Instance, session: Session, author: string): Promise<string> {
  const id = newId("whiteboard");
  await insertWhiteboard(database, {
    id,
    session_id: session.id,
    kind: "whiteboard",
    item_id: null,
    width: 1600,
    height: 1200,
    created_by: author,
  });
  const shape = { kind: "line", id: "line-1", color: "#ff0000", width: 0.01, from: [0.25, 0.25], to: [0.75, 0.5] };
  const operation = JSON.stringify({ op: "add", gesture: "gesture-1", shape });
  await insertBoardOperations(database, [{ board_id: id, sequence: 1, author, at: new Date(), operation }]);
  return id;
}

async function record({ testDatabase: { database } }: Instance, { id }: Session): Promise<void> {
  const session = await findSession(database, id);
  if (!session) throw new Error(`There is no session ${id}.`);
  const recording = { id: newId("recording"), org_id: session.org_id, session_id: id, started_at: new Date() };
  await inTransaction(database, (transaction) => openRecordingPart(transaction, recording));
}
