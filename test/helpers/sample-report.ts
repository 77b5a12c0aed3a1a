import { createHash } from "node:crypto";
import sharp from "sharp";
import type { ReportAuditEntry, ReportFiles, ReportItem, ReportModel } from "../../workers/report/report-model.ts";
import { sampleManifest } from "./sample-manifest.ts";

const MANIFEST = await sampleManifest();
const START = Date.parse("2026-05-23T11:30:00Z");

/** A time so many seconds after the sample session began. */
export function at(seconds: number): Date {
  return new Date(START + seconds * 1000);
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function sampleItem(number: number, changes: Partial<ReportItem> = {}): ReportItem {
  return {
    id: `evd_01jvx2m9k4q7r8s9t0v1w2x3y${number}`,
    kind: "snapshot",
    title: null,
    sha256: hashOf(`item ${number}`),
    size: 3_412_905 + number * 1017,
    media_type: "image/jpeg",
    width: 4032,
    height: 3024,
    duration_ms: null,
    source: "photo",
    captured_at: at(60 * number),
    received_at: at(60 * number + 4),
    device_time: at(60 * number - 1),
    clock_offset_ms: 1240,
    device_order: number,
    location: {
      latitude: 50.0875 + number * 0.000_09,
      longitude: 14.4213 + (number % 3) * 0.000_14,
      accuracy_m: 6 + number,
      age_s: 1.4,
    },
    location_status: "fixed",
    captured_by: { name: "Marie Lefèvre", role: "participant" },
    derived_from: null,
    provisional: false,
    frame: null,
    problem: null,
    picture: "photo",
    picture_is_preview: false,
    drawing: null,
    ...changes,
  };
}

export function sampleEntries(count: number): ReportAuditEntry[] {
  const actions = ["participant.joined", "evidence.added", "camera.torch_changed", "evidence.viewed", "consent.given"];
  return Array.from({ length: count }, (_, index) => ({
    sequence: 4180 + index * 2,
    at: at(index * 20),
    actor: ["participant:part_01JVX2M9K4Q7R8S9T0V1W2X3Y4", "member:7", "system:recordings"][index % 3] ?? "",
    actor_name: ["Marie Lefèvre", "Jan Novák", null][index % 3] ?? null,
    action: actions[index % actions.length] ?? "",
    object: index % 3 === 0 ? null : `evd_01jvx2m9k4q7r8s9t0v1w2x3y${index}`,
    object_hash: index % 3 === 0 ? null : hashOf(`object ${index}`),
    hash: hashOf(`entry ${index}`),
    previous_hash: hashOf(`previous ${index}`),
  }));
}

/** A session in which everything happened: each kind of item, a recording with gaps, a signature, a missing capture. */
export function sampleModel(changes: Partial<ReportModel> = {}): ReportModel {
  return {
    language: "en",
    made_at: at(1500),
    development_authority: true,
    organization: { name: "Nordlicht Versicherung AG", accent: "#00e5a0", logo: null },
    session: {
      id: "sess_01jvx2m9k4q7r8s9t0v1w2x3y4",
      reference: "INS-42871",
      mode: "live",
      created_at: at(-86_400),
      started_at: at(0),
      completed_at: at(1447),
      ended_by: "console",
      expected_location: { address: "Karlova 12, 110 00 Praha 1", latitude: 50.0879, longitude: 14.4218 },
    },
    participants: [
      {
        name: "Marie Lefèvre",
        role: "participant",
        device: "Chrome 148 on Android 16 (Pixel 9)",
        stays: [
          { joined_at: at(0), left_at: at(700) },
          { joined_at: at(731), left_at: at(1447) },
        ],
      },
      {
        name: "Jan Novák",
        role: "inspector",
        device: "Firefox 151 on Windows",
        stays: [{ joined_at: at(2), left_at: null }],
      },
    ],
    consents: (["camera", "microphone", "location", "recording"] as const).map((kind) => ({
      name: "Marie Lefèvre",
      kind,
      granted: kind !== "microphone",
      text_version: "2026-05-01",
      language: "fr",
      at: at(-1),
    })),
    items: [
      sampleItem(1),
      sampleItem(2, { picture: "upright", width: 3024, height: 4032, title: "Crack above the window, north side" }),
      sampleItem(3, {
        kind: "annotation",
        media_type: "image/svg+xml",
        size: 4817,
        source: null,
        captured_by: { name: "Jan Novák", role: "inspector" },
        derived_from: { id: sampleItem(1).id, sha256: sampleItem(1).sha256 },
        device_time: null,
        clock_offset_ms: null,
        device_order: null,
        location: null,
        location_status: null,
        drawing: "annotation",
      }),
      sampleItem(4, {
        kind: "whiteboard",
        media_type: "image/svg+xml",
        size: 9120,
        source: null,
        location: null,
        location_status: null,
        width: 1600,
        height: 1000,
        picture: null,
        drawing: "board",
      }),
      sampleItem(5, {
        kind: "clip",
        media_type: "video/mp4",
        duration_ms: 15_040,
        width: 1280,
        height: 720,
        picture: "upright",
        source: null,
      }),
      sampleItem(6, {
        kind: "document",
        title: "Policy.pdf",
        media_type: "application/pdf",
        width: null,
        height: null,
        picture: null,
        source: "file",
        location: null,
        location_status: "refused",
      }),
      sampleItem(7, { picture: "broken", location: null, location_status: "timed_out" }),
      sampleItem(8, {
        picture: null,
        media_type: "image/heic",
        width: null,
        height: null,
        problem: { code: "format_not_shown", message: "Kept, not shown." },
      }),
      sampleItem(9, { picture: "gone" }),
    ],
    recordings: [
      {
        id: "rec_01jvx2m9k4q7r8s9t0v1w2x3y4",
        started_at: at(3),
        duration_ms: 1_441_500,
        sha256: hashOf("recording"),
        mp4_sha256: hashOf("mp4"),
        size: 148_293_412,
        media_type: "video/x-matroska",
        parts: 2,
        gaps: [
          { from_ms: 700_100, to_ms: 731_400, reason: "connection_lost", stream: null },
          { from_ms: 990_000, to_ms: 990_300, reason: "packets_lost", stream: "video" },
        ],
        contact_sheet: Array.from({ length: 10 }, (_, index) => ({
          at_ms: index * 150_000,
          picture: "sheet",
          cell: { column: index % 4, row: Math.floor(index / 4), columns: 4, rows: 3 },
        })),
        failed: false,
      },
    ],
    chat: [
      { at: at(120), name: "Jan Novák", role: "inspector", text: "Ukažte prosím okno zblízka." },
      { at: at(133), name: "Marie Lefèvre", role: "participant", text: "Oui, un instant 👍" },
    ],
    signing: {
      level: "ses",
      possible: true,
      code: { channel: "sms", sent_to: "+33•••••678", confirmed_at: at(1390) },
      identity: {
        id: "idc_01jvx2m9k4q7r8s9t0v1w2x3y4",
        confirmed_by: "Jan Novák",
        name: "Marie Anne Lefèvre",
        proof: { method: "document", document_type: "passport", issuing_country: "FR", document_ending: "47X" },
        at: at(300),
      },
    },
    signature: {
      status: "given",
      name: "Marie Lefèvre",
      at: at(1400),
      sha256: hashOf("signature"),
      drawing: "signature",
      aspect_ratio: 2.4,
    },
    missing_captures: [{ sha256: hashOf("missing"), announced_at: at(1200), name: "Marie Lefèvre" }],
    audit_entries: sampleEntries(60),
    audit_chain_hash: hashOf("entry 59"),
    checkpoint: {
      origin: "inspect.example.com/audit/7",
      size: 4299,
      root: Buffer.from(hashOf("root"), "hex").toString("base64"),
      stamps: [
        { authority: "Poste (eIDAS)", qualified: true, development: false, at: at(1449) },
        { authority: "FreeTSA", qualified: false, development: false, at: at(1450) },
      ],
    },
    manifest: MANIFEST,
    verification_url: "https://inspect.example.com/verify#sess_01jvx2m9k4q7r8s9t0v1w2x3y4",
    ...changes,
  };
}

/** A session that somebody made and nobody joined. */
export function emptyModel(changes: Partial<ReportModel> = {}): ReportModel {
  const model = sampleModel();
  return {
    ...model,
    session: { ...model.session, started_at: null, ended_by: "time", expected_location: null },
    participants: [],
    consents: [],
    items: [],
    recordings: [],
    signature: { status: "not_given" },
    chat: [],
    signing: null,
    missing_captures: [],
    audit_entries: sampleEntries(1),
    checkpoint: { ...model.checkpoint, stamps: [] },
    ...changes,
  };
}

const DRAWINGS: Record<string, string> = {
  annotation: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1200"><ellipse cx="980" cy="520" rx="230" ry="170" fill="none" stroke="#e5484d" stroke-width="16"/><path d="M400 200 L720 420" stroke="#e5484d" stroke-width="16"/><text x="260" y="180" font-size="70" font-family="Inter" font-weight="600" fill="#e5484d">Trhlina 34 cm</text></svg>`,
  board: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1000"><rect width="1600" height="1000" fill="#fff"/><path d="M200 200H1200V800H200Z M700 200V500 M200 500H900" fill="none" stroke="#14181b" stroke-width="8"/><text x="260" y="380" font-size="60" font-family="Inter" fill="#14181b">Küche</text><text x="780" y="380" font-size="60" font-family="Inter" fill="#14181b">Obývací pokoj</text></svg>`,
  signature: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 500"><path d="M150 350C250 50 300 100 280 300S380 250 420 200S480 380 540 260S640 200 680 300S800 150 860 260S980 300 1050 180" fill="none" stroke="#14181b" stroke-width="10" stroke-linecap="round"/></svg>`,
};

/** A house front as a picture, so that the pages can be judged by eye. */
function drawHouse(width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" preserveAspectRatio="none"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="#8fb8de"/><stop offset="1" stop-color="#dfeaf2"/></linearGradient></defs><rect width="400" height="300" fill="url(#s)"/><rect y="230" width="400" height="70" fill="#7d8f69"/><rect x="70" y="90" width="260" height="160" fill="#c9a27e"/><path d="M50 95L200 20L350 95Z" fill="#8a4b3a"/><rect x="100" y="120" width="60" height="55" fill="#38475a"/><rect x="210" y="110" width="70" height="60" fill="#38475a"/><path d="M280 108L300 70L292 62L315 40" fill="none" stroke="#222" stroke-width="2"/></svg>`;
  return sharp(Buffer.from(svg)).resize(width, height, { fit: "fill" }).jpeg({ quality: 88 }).toBuffer();
}

/** The files of the sample: whole photos, one that is cut off ("broken"), and one that is not there ("gone"). */
export async function sampleFiles(): Promise<ReportFiles> {
  const photo = await drawHouse(1600, 1200);
  const pictures: Record<string, Uint8Array> = {
    photo,
    upright: await drawHouse(1200, 1600),
    broken: photo.subarray(0, 20_000),
    sheet: await drawHouse(1280, 540),
  };
  return {
    openPicture: async (key) => pictures[key],
    openDrawing: async (key) => DRAWINGS[key],
  };
}
