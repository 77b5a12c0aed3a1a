import { createHash } from "node:crypto";
import { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { describe, expect, test } from "vitest";
import { sampleAnchor, sampleManifest } from "../../../test/helpers/sample-manifest.ts";
import { type BundleKeys, layOutBundle } from "./lay-out-bundle.ts";
import { writeReadme } from "./write-readme.ts";

type Item = EvidenceManifest["items"][number];

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function item(id: string, changes: Partial<Item> = {}): Item {
  return {
    id,
    kind: "document",
    sha256: hashOf(id),
    size: 10,
    media_type: "image/jpeg",
    filename: null,
    captured_at: "2026-05-23T11:31:00Z",
    received_at: "2026-05-23T11:31:02Z",
    provisional: false,
    derived_from: null,
    superseded_by: null,
    deleted_at: null,
    path: null,
    ...changes,
  };
}

function keysOf({ items }: EvidenceManifest): BundleKeys {
  return {
    items: new Map(items.map(({ id, deleted_at }) => [id, deleted_at === null ? id : null])),
    recordings: new Map([["rec_1", { mkv: "mkv", mp4: "mp4" }]]),
    signatures: new Map([["sgn_1", "drawing"]]),
    document: "pdf",
    documentDeletedAt: null,
  };
}

const TEN = async () => 10;
const RECORDING = {
  id: "rec_1",
  sha256: hashOf("mkv"),
  size: 10,
  media_type: "video/matroska",
  started_at: "2026-05-23T11:31:00Z",
  duration_ms: 1000,
  gaps: [],
  mp4: { sha256: hashOf("mp4"), size: 10, path: null },
  deleted_at: null,
  path: null,
};

describe("the layout of a bundle", () => {
  test("names every file in the manifest, which keeps its format", async () => {
    const manifest = await sampleManifest({
      items: [item("evd_1"), item("evd_2", { media_type: "application/pdf" })],
      recordings: [RECORDING],
      participant_signatures: [{ id: "sgn_1", name: "Marie", sha256: hashOf("drawing"), path: null }],
      document: { sha256: hashOf("pdf"), size: 10, path: null },
      anchors: [sampleAnchor("FreeTSA", "one")],
    });
    const layout = await layOutBundle(manifest, keysOf(manifest), TEN);
    const paths = [...layout.made, ...layout.stored].map(({ path }) => path);
    expect(paths).toEqual([
      "audit/checkpoint-0.txt",
      "audit/checkpoint-0.freetsa.tst",
      "evidence.pdf",
      "items/0001-evd_1.jpg",
      "items/0002-evd_2.pdf",
      "recordings/rec_1.mkv",
      "recordings/rec_1.mp4",
      "signatures/sgn_1.svg",
    ]);
    const read = EvidenceManifest.parse(layout.manifest);
    const named = [
      read.document?.path,
      ...read.items.map(({ path }) => path),
      ...read.recordings.flatMap(({ path, mp4 }) => [path, mp4?.path]),
      ...read.participant_signatures.map(({ path }) => path),
      ...read.anchors.map(({ path }) => path),
    ];
    expect(named.toSorted()).toEqual(paths.slice(1).toSorted());
    expect(layout.made[0]?.content).toBe(manifest.checkpoint);
    expect(layout.absent).toEqual([]);
  });

  test("what is deleted, gone or of another size has no path, and is listed", async () => {
    const manifest = await sampleManifest({
      items: [item("evd_1", { deleted_at: "2026-11-20T00:00:00Z" }), item("evd_2"), item("evd_3"), item("evd_4")],
    });
    const sizes: Record<string, number | undefined> = { evd_3: 9, evd_4: 10 };
    const layout = await layOutBundle(manifest, keysOf(manifest), async (key) => sizes[key]);
    expect(layout.stored.map(({ path }) => path)).toEqual(["items/0004-evd_4.jpg"]);
    expect(layout.manifest.items.map(({ path }) => path)).toEqual([null, null, null, "items/0004-evd_4.jpg"]);
    expect(layout.absent).toEqual([
      { what: "evd_1", sha256: hashOf("evd_1"), deleted_at: "2026-11-20T00:00:00Z" },
      { what: "evd_2", sha256: hashOf("evd_2"), deleted_at: null },
      { what: "evd_3", sha256: hashOf("evd_3"), deleted_at: null },
    ]);
  });

  test("a user's name for a file and an operator's for an authority never leave their folder", async () => {
    const names = ["../../etc/passwd", "CON.TXT", "a.b\\..\\c:d", "x.‮gpj", "no-dot", "trailing.", "a.exe "];
    const manifest = await sampleManifest({
      items: names.map((filename, index) => item(`evd_${index}`, { filename, media_type: "application/octet-stream" })),
      anchors: ["../../TSA/é", "..", "POSTE (eIDAS)", "POSTE_eIDAS"].map((name) => sampleAnchor(name, name)),
    });
    const { made, stored } = await layOutBundle(manifest, keysOf(manifest), TEN);
    const paths = [...made, ...stored].map(({ path }) => path);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^(items|audit)\/[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9-]*)*$/);
    expect(paths).toContain("items/0002-evd_1.txt");
    expect(paths).toContain("audit/checkpoint-0.poste-eidas-2.tst");
  });
});

describe.each(["en", "fr", "cs", "de"] as const)("the README in %s", (language) => {
  const options = { language, verifyUrl: "https://inspect.example.com/verify" };

  test("says what is there, what is missing, and how to check it with programs that it names", async () => {
    const manifest = await sampleManifest({
      items: [item("evd_1"), item("evd_2", { deleted_at: "2026-11-20T00:00:00Z" }), item("evd_3")],
      document: { sha256: hashOf("pdf"), size: 10, path: null },
      anchors: [sampleAnchor("FreeTSA", "one"), { kind: "opentimestamps", proof: "", path: null }],
    });
    const layout = await layOutBundle(manifest, keysOf(manifest), async (key) => (key === "evd_3" ? undefined : 10));
    const readme = writeReadme(layout, options);
    for (const text of [
      "INS-42871",
      "sha256sum items/0001-evd_1.jpg",
      "openssl ts -verify -data audit/checkpoint-0.txt -in audit/checkpoint-0.freetsa.tst -token_in",
      "ots verify audit/checkpoint-0.txt.ots",
      "pdfsig evidence.pdf",
      "nexbasira-verify",
      options.verifyUrl,
      "evd_2",
      "2026-11-20 00:00:00 UTC",
      hashOf("evd_3"),
    ])
      expect(readme).toContain(text);
    expect(readme).not.toContain("recordings/");
    expect(readme).not.toContain("undefined");
    expect(readme.split("\r\n").every((line) => !line.includes("\n"))).toBe(true);
  });

  test("says of a test that it is one, and does not speak of what is missing where nothing is", async () => {
    const manifest = await sampleManifest();
    const layout = await layOutBundle(
      { ...manifest, session: { ...manifest.session, mode: "test" } },
      keysOf(manifest),
      TEN,
    );
    const readme = writeReadme(layout, options);
    expect(readme).toContain("TEST");
    expect(readme).not.toContain("SHA-256 ");
    expect(readme).not.toContain("sha256sum");
  });
});
