import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkBaseline } from "../../workers/signing/check-baseline.ts";
import { pdfInMemory } from "../../workers/signing/pdf-source.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start(["server", "workers"]);
});
afterAll(() => instance?.stop());

test("with nothing configured, a session ends in a PDF at B-LTA that says that it is for development", async () => {
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie", channel: "link" } };
  const session = await instance.post("/v1/sessions", request, Session);
  await enterSession(instance, session);
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const file = await waitFor(
    "the signed PDF",
    async () => {
      const found = EvidenceFile.parse(await (await instance.api(`/v1/sessions/${session.id}/evidence`)).json());
      if (found.status === "failed") throw new Error(found.problem ?? "failed");
      return found.status === "ready" && found;
    },
    120_000,
  );
  expect(file.signature).toMatchObject({ baseline: "B-LTA", development: true });
  const pdf = new Uint8Array(await (await fetch(file.pdf_url ?? expect.fail())).arrayBuffer());
  const folder = join(instance.environment.CERTS_DIR ?? expect.fail(), "authority");
  const timeStampRoots = readCertificatesPem(await readFile(join(folder, "roots.pem"), "utf8"));
  expect(await checkBaseline(pdfInMemory(pdf), { timeStampRoots })).toMatchObject({ baseline: "B-LTA" });
  // The server and the workers have come to one authority, though both started at once.
  expect((await readdir(folder)).filter((name) => name.endsWith("-2"))).toEqual([]);
});
