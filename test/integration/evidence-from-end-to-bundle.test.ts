import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { readCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import { AuditCheckpointPage } from "@nexbasira/core/contract/audit.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const run = promisify(execFile);
const MOST_OUTPUT = { maxBuffer: 64_000_000 };

let instance: Instance;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "whole-evidence-"));
  instance = await Instance.start(["server", "workers"]);
});
afterAll(async () => {
  await instance?.stop();
  await rm(folder, { recursive: true });
});

test("a session's end leads to a signed report that proves its entries, and to a bundle that others' programs check", async () => {
  const session = await instance.post(
    "/v1/sessions",
    {
      type: "field_inspection",
      reference: "INS/42871 é",
      participant: { name: "李小龍", channel: "link", locale: "cs" },
    },
    Session,
  );
  const phone = await enterSession(instance, session);
  const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#8899aa" } })
    .jpeg()
    .toBuffer();
  const answer = await new Uploader(instance.url, phone.access_token).upload(new Uint8Array(photo), {
    kind: "snapshot",
    media_type: "image/jpeg",
    source: "photo",
  });
  expect(answer.ok).toBe(true);
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const file = await waitFor(
    "the evidence file",
    async () => {
      const now = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json());
      return now.status === "ready" ? now : undefined;
    },
    60_000,
  );

  // The checkpoint of the signed document comes after the document, and its time stamp after that.
  await waitFor("the time stamps of the end's and the document's checkpoints", async () => {
    const { data } = AuditCheckpointPage.parse(await (await instance.api("/v1/audit/checkpoints")).json());
    return data.length === 2 && data.every(({ anchors }) => anchors.some(({ status }) => status === "anchored"));
  });

  const zip = join(folder, "bundle.zip");
  const download = await instance.api(`/v1/sessions/${session.id}/evidence/bundle`);
  expect(download.status).toBe(200);
  await writeFile(zip, new Uint8Array(await download.arrayBuffer()));
  await run("unzip", ["-q", zip, "-d", folder]);
  const read = (path: string) => readFile(join(folder, path));

  const manifest = EvidenceManifest.parse(JSON.parse((await read("manifest.json")).toString()));
  expect(manifest.items).toHaveLength(1);
  expect((await read(manifest.items[0]?.path ?? "")).equals(photo)).toBe(true);
  const pdf = await read("evidence.pdf");
  expect(createHash("sha256").update(pdf).digest("hex")).toBe(file.pdf_sha256);

  // The report's own manifest: everything up to the end is proven, and stamped by the development authority.
  await run("pdfdetach", ["-save", "1", "-o", join(folder, "attached.json"), join(folder, "evidence.pdf")]);
  const attached = EvidenceManifest.parse(JSON.parse((await read("attached.json")).toString()));
  expect(attached.items.map(({ id, sha256 }) => [id, sha256])).toEqual(
    manifest.items.map(({ id, sha256 }) => [id, sha256]),
  );
  const actionsOf = ({ entries }: EvidenceManifest) =>
    entries.map(({ record }) => AuditRecord.parse(JSON.parse(record)).action);
  expect(actionsOf(attached)).toEqual(expect.arrayContaining(["evidence.added", "session.completed"]));
  expect(attached.anchors).toMatchObject([{ kind: "rfc3161", development: true }]);

  // openssl, with the root that the operator has, over the files as they lie there.
  const note = `audit/checkpoint-${readCheckpoint(manifest.checkpoint).size}.txt`;
  expect((await read(note)).toString()).toBe(manifest.checkpoint);
  const [anchor] = manifest.anchors;
  const roots = join(instance.environment.CERTS_DIR ?? "", "authority", "roots.pem");
  const stamp = ["ts", "-verify", "-data", join(folder, note), "-in", join(folder, anchor?.path ?? "")];
  const { stdout, stderr } = await run("openssl", [...stamp, "-token_in", "-CAfile", roots]);
  expect(stdout + stderr).toContain("Verification: OK");

  const { stdout: names } = await run("zipinfo", ["-1", zip]);
  const certificates = names.split("\n").filter((name) => name.startsWith("certificates/"));
  expect(certificates.length).toBeGreaterThan(1);
  for (const certificate of certificates)
    await run("openssl", ["x509", "-noout", "-subject", "-in", join(folder, certificate)]);
  expect((await read("README.txt")).toString()).toContain("TEST");

  const { stdout: printed } = await run("pdftotext", ["-layout", join(folder, "evidence.pdf"), "-"], MOST_OUTPUT);
  for (const text of ["李小龍", "INS/42871 é", readCheckpoint(attached.checkpoint).origin])
    expect(printed).toContain(text);
}, 120_000);
