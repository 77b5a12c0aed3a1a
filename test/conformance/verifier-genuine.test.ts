import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Report, TrustError, type VerifyOptions, verify } from "../../sdk/verify/src/index.ts";
import { attachManifest } from "../../workers/report/attach-manifest.ts";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { makeLog } from "../helpers/corpus/corpus-log.ts";
import { makePdf } from "../helpers/make-pdf.ts";

let corpus: Corpus & { close(): Promise<unknown> };
beforeAll(async () => {
  corpus = await makeCorpus();
});
afterAll(() => corpus.close());

const judge = (file: Buffer, options: VerifyOptions = {}) =>
  verify(new Uint8Array(file), { roots: [corpus.roots], ...options });

const codes = (report: Report) =>
  Object.values(report.answers).flatMap(({ findings }) => findings.filter(({ verdict }) => verdict !== "yes"));

describe("a genuine file", () => {
  test.each([
    ["the default output", () => corpus.lta, 1],
    ["one of two signers", () => corpus.twoSigners, 2],
  ])("holds in every answer, at the level that it has: %s", async (_name, file, signers) => {
    const report = await judge(file());
    expect(codes(report)).toEqual([]);
    expect(report).toMatchObject({
      verdict: "yes",
      baseline: "B-LTA",
      qualified: { signature: { verdict: "unknown" } },
      development: false,
    });
    expect(report.signatures.filter(({ kind }) => kind === "signature")).toHaveLength(signers);
    expect(report.counts).toEqual({ items: 3, entries: 5, files: 1 });
  });

  test("is a bundle, of which every file is the one that the manifest names", async () => {
    const report = await judge(await corpus.bundle());
    expect(codes(report)).toEqual([]);
    expect(report).toMatchObject({ format: "bundle", verdict: "yes", counts: { items: 3, entries: 5 } });
  });

  test("is never said to prove more than it does", async () => {
    const { not_proven } = await judge(corpus.lta);
    expect(not_proven.map(({ code }) => code)).toEqual(["not_everything", "device_claims", "report_text"]);
  });

  test("without validation data is B-T, and whether its signer was revoked is not known", async () => {
    const report = await judge(corpus.timeStamped);
    expect(report).toMatchObject({ verdict: "unknown", baseline: "B-T" });
    expect(report.answers.identity.verdict).toBe("unknown");
    expect(codes(report).map(({ code }) => code)).toContain("revocation_unknown");
  });

  test("says nothing of who signed where the caller trusts nobody, or somebody else", async () => {
    const nobody = await judge(corpus.lta, { roots: [] });
    expect(nobody.answers.identity).toMatchObject({ verdict: "unknown", findings: [{ code: "no_roots" }] });
    expect(nobody).toMatchObject({ verdict: "unknown", baseline: "B-B" });
    expect(nobody.answers.integrity.verdict).toBe("yes");
    const other = await makeCorpus();
    const stranger = await judge(corpus.lta, { roots: [other.roots] });
    await other.close();
    expect(stranger.answers.identity.findings[0]?.code).toBe("signer_not_trusted");
    expect(stranger.answers.time.verdict).toBe("unknown");
  });

  test("holds under a log key that the caller knows, and does not under another one of the same log", async () => {
    const known = await judge(corpus.lta, { logKeys: [corpus.log.key] });
    expect(known.answers.completeness.findings.map(({ code }) => code)).toContain("checkpoint_holds");
    const other = await makeCorpus();
    const report = await judge(corpus.lta, { logKeys: [other.log.key] });
    await other.close();
    expect(report.answers.completeness.verdict).toBe("no");
  });

  test("is no longer proven in time once its time-stamp authority's certificate has ended", async () => {
    const later = new Date(Date.now() + 60 * 24 * 3600_000);
    const report = await judge(corpus.lta, { at: later });
    expect(report.answers.time.findings.map(({ code }) => code)).toContain("stamp_expired");
    expect(report.verdict).toBe("unknown");
  });
});

describe("a log whose key was replaced between two checkpoints", () => {
  // The same records, so the same tree, under another key.
  const before = makeLog();

  async function documentNaming(keys: readonly string[]): Promise<Buffer> {
    const manifest = structuredClone(corpus.manifest);
    const checkpoint = await before.checkpoint(4);
    const anchors = [await corpus.anchor(checkpoint)];
    manifest.log.keys = [...keys];
    manifest.earlier = manifest.earlier.map((each) => ({ ...each, checkpoint, anchors }));
    const pdf = await makePdf((document) => attachManifest(document, manifest, new Date()));
    return corpus.augment(await corpus.sign(pdf, corpus.key));
  }

  test("holds where the document names both keys, also for who knows both", async () => {
    const file = await documentNaming([corpus.log.key, before.key]);
    const report = await judge(file);
    expect(codes(report)).toEqual([]);
    const known = await judge(file, { logKeys: [corpus.log.key, before.key] });
    expect(codes(known)).toEqual([]);
    const [named, held] = [report, known].map(({ answers }) => answers.completeness.findings.map(({ code }) => code));
    expect(named?.filter((code) => code === "checkpoint_by_document")).toHaveLength(2);
    expect(held?.filter((code) => code === "checkpoint_holds")).toHaveLength(2);
  });

  test("does not hold where the earlier checkpoint is by a key that is none of the log's", async () => {
    const { verdict, answers } = await judge(await documentNaming([corpus.log.key, makeLog().key]));
    expect([verdict, answers.completeness.verdict]).toEqual(["no", "no"]);
    expect(answers.completeness.findings.filter((each) => each.verdict === "no")).toMatchObject([
      { code: "checkpoint_broken", reason: { code: "not_by_log_keys" } },
    ]);
  });
});

test("roots that are none are refused with a reason", async () => {
  await expect(judge(corpus.lta, { roots: ["nonsense"] })).rejects.toThrow(TrustError);
  await expect(judge(corpus.lta, { trustedLists: ['<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'] })).rejects.toThrow(
    "document type",
  );
});
