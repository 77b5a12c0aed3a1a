import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FindingCode, type Question, Unreadable, verify } from "../../sdk/verify/src/index.ts";
import type { PdfUpdate } from "../../workers/signing/pdf-update.ts";
import { appendRevision, flip, LATER_CHANGES, replaceToken, stampWith } from "../helpers/corpus/alter-pdf.ts";
import {
  addField,
  addValidationData,
  FIELD_ATTACKS,
  prepareShadow,
  SHADOW_ATTACKS,
  shareSignature,
} from "../helpers/corpus/attack-pdf.ts";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { sha256 } from "../helpers/corpus/corpus-log.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { issueTimeStampKey } from "../helpers/test-authority.ts";

let corpus: Corpus & { close(): Promise<unknown> };
beforeAll(async () => {
  corpus = await makeCorpus();
});
afterAll(() => corpus.close());

const judge = (file: Buffer) => verify(new Uint8Array(file), { roots: [corpus.roots] });

/** The answer is no, for the reason that is named. */
async function expectNo(file: Buffer, question: Question, code: FindingCode): Promise<void> {
  const report = await judge(file);
  expect(report.verdict).toBe("no");
  expect(report.answers[question].verdict).toBe("no");
  const found = report.answers[question].findings.filter(({ verdict }) => verdict === "no");
  expect(found.map((each) => each.code)).toContain(code);
}

describe("a PDF to which something was appended after it was signed", () => {
  test.each(Object.keys(LATER_CHANGES))("is not what was signed: %s", async (name) => {
    const altered = appendRevision(corpus.lta, LATER_CHANGES[name] ?? (() => undefined));
    await expectNo(altered, "changes", "forbidden_change");
  });

  test("is not what was signed although a further revision undoes it", async () => {
    const altered = appendRevision(corpus.lta, LATER_CHANGES["the document information says otherwise"] ?? (() => {}));
    await expectNo(await corpus.sign(altered, corpus.key), "changes", "forbidden_change");
  });

  test("is refused where objects follow without cross-references, which some viewers take up", async () => {
    const object = "\n4 0 obj\n<< /Type /Page >>\nendobj\n";
    const text = corpus.lta.toString("latin1");
    const end = text.slice(text.lastIndexOf("startxref"));
    await expect(judge(Buffer.concat([corpus.lta, Buffer.from(object)]))).rejects.toThrow(Unreadable);
    await expectNo(Buffer.concat([corpus.lta, Buffer.from(object + end)]), "changes", "forbidden_change");
  });

  test("is refused as a hybrid-reference file", async () => {
    const altered = appendRevision(corpus.lta, () => undefined);
    const text = altered.toString("latin1").replace(/trailer\n<<(?![\s\S]*trailer)/, "trailer\n<< /XRefStm 15");
    await expect(judge(Buffer.from(text, "latin1"))).rejects.toThrow("hybrid-reference");
  });
});

describe("a PDF that was prepared before somebody signed it", () => {
  let signed: Buffer;
  beforeAll(async () => {
    signed = await corpus.sign(prepareShadow(), corpus.key);
  });

  test("is what was signed as long as nothing follows", async () => {
    const { answers, verdict } = await judge(signed);
    expect(answers).toMatchObject({ integrity: { verdict: "yes" }, changes: { verdict: "yes" } });
    expect(verdict).toBe("unknown");
  });

  test.each(Object.entries(SHADOW_ATTACKS))("is not what was signed where later %s", async (_name, attack) => {
    const altered = attack(signed);
    expect(altered.subarray(0, signed.length)).toEqual(signed);
    expect((await judge(altered)).verdict).toBe("no");
  });
});

describe("a PDF whose signature fields were changed after they were signed", () => {
  test("is what was signed where a field that nobody sees is added, or validation data", async () => {
    for (const change of [(update: PdfUpdate) => addField(update, [0, 0, 0, 0]), addValidationData])
      expect((await judge(appendRevision(corpus.twoSigners, change))).answers.changes.verdict).toBe("yes");
  });

  test.each(FIELD_ATTACKS)("is not what was signed: %s", async (_name, reason, change) => {
    const { verdict, answers } = await judge(appendRevision(corpus.twoSigners, change));
    expect(verdict).toBe("no");
    expect(answers.changes.findings).toMatchObject([{ code: "forbidden_change", reason: { code: reason } }]);
  });

  test("does not hold where a new field shows an older signature once more", async () => {
    const altered = appendRevision(corpus.twoSigners, shareSignature);
    await expectNo(altered, "integrity", "signature_broken");
  });

  test("is refused where its trailer names fewer objects than there are, which some readers then leave out", async () => {
    const altered = appendRevision(corpus.lta, addValidationData).toString("latin1");
    const at = altered.lastIndexOf("/Size ");
    for (const size of ["4", "0", "-1", "(1)"]) {
      const smaller = altered.slice(0, at) + altered.slice(at).replace(/\/Size \d+/, `/Size ${size}`);
      await expect(judge(Buffer.from(smaller, "latin1")), size).rejects.toThrow("fewer objects");
    }
  });
});

describe("a PDF of which a signed byte was changed", () => {
  test.each(["/MediaBox", "/ByteRange", "endobj", "startxref", "%PDF-", "stream\n", "/Root", "/AF"])(
    "does not hold: a bit near %s",
    async (part) => {
      for (const offset of [1, 4, part.length + 2]) {
        const altered = flip(corpus.lta, corpus.lta.indexOf(part) + offset);
        const verdict = await judge(altered).then(
          (report) => report.verdict,
          (error) => (error instanceof Unreadable ? "unreadable" : Promise.reject(error)),
        );
        expect(["no", "unreadable"], `${part} + ${offset}`).toContain(verdict);
      }
    },
  );

  test("does not hold: its byte range leaves something else out, or its signature is emptied", async () => {
    const edit = (from: RegExp, to: (found: string) => string) =>
      Buffer.from(corpus.timeStamped.toString("latin1").replace(from, to), "latin1");
    const smaller = edit(/\/ByteRange \[0 \d+/, (found) => `${found.slice(0, -1)}${found.endsWith("0") ? 1 : 0}`);
    await expectNo(smaller, "integrity", "signature_broken");
    // Every digit of what is not signed counts, too: readers pass over white space between them.
    const spaced = edit(/0(?=0{60}>)/, () => "\n");
    expect(spaced).not.toEqual(corpus.timeStamped);
    await expectNo(spaced, "integrity", "signature_broken");
    const empty = edit(/\/Contents <[0-9a-f]{200}/, (found) => `/Contents <${"0".repeat(found.length - 11)}`);
    await expectNo(empty, "integrity", "signature_broken");
  });
});

describe("a PDF with a time stamp or a signer that does not hold", () => {
  test("has a token of something else", async () => {
    const tsa = await issueTimeStampKey(corpus.root);
    const altered = await replaceToken(corpus.timeStamped, () => stampWith(tsa, Buffer.from("something else")));
    await expectNo(altered, "time", "stamp_broken");
  });

  test("has a token of an authority whose certificate had ended", async () => {
    const tsa = await issueTimeStampKey(corpus.root, { validFrom: -10, validUntil: -5 });
    await expectNo(await replaceToken(corpus.timeStamped, (value) => stampWith(tsa, value)), "time", "stamp_broken");
  });

  test("has a token by a certificate that is not for time stamping", async () => {
    const tsa = await corpus.root.issueKey("Not a TSA");
    await expectNo(await replaceToken(corpus.timeStamped, (value) => stampWith(tsa, value)), "time", "stamp_broken");
  });

  test("has a signer that was revoked before", async () => {
    await expectNo(await corpus.withRevokedSigner(), "identity", "revoked");
  });
});

type Change = (files: Map<string, Uint8Array>, manifest: EvidenceManifest) => void;
const firstPath = (manifest: EvidenceManifest) => manifest.items[0]?.path ?? "";
const swap = <T>(list: T[], a: number, b: number) => {
  const [x, y] = [list[a], list[b]];
  if (x !== undefined && y !== undefined) [list[a], list[b]] = [y, x];
};

const BUNDLE_CHANGES: [name: string, question: Question, code: FindingCode, change: Change][] = [
  ["a file is removed", "integrity", "file_missing", (files, manifest) => files.delete(firstPath(manifest))],
  [
    "a file is changed",
    "integrity",
    "file_altered",
    (files, manifest) => files.set(firstPath(manifest), Buffer.from("x")),
  ],
  ["a file is slipped in", "integrity", "file_unknown", (files) => files.set("items/0009.jpg", Buffer.from("x"))],
  [
    "a token's file is another",
    "integrity",
    "file_altered",
    (files) => files.set("audit/checkpoint-10.corpus.tst", Buffer.from("x")),
  ],
  [
    "a checkpoint's file is another",
    "integrity",
    "file_altered",
    (files) => files.set("audit/checkpoint-10.txt", Buffer.from("x")),
  ],
  [
    "an item is removed from the manifest, too",
    "completeness",
    "item_missing",
    (files, manifest) => {
      files.delete(firstPath(manifest));
      manifest.items.shift();
    },
  ],
  [
    "an item and its hash in the manifest are changed",
    "completeness",
    "item_altered",
    (files, manifest) => {
      const [item] = manifest.items;
      if (!item) return;
      files.set(firstPath(manifest), Buffer.from("abc"));
      item.sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      item.size = 3;
    },
  ],
  ["two entries are swapped", "completeness", "entries_hole", (_files, { entries }) => swap(entries, 1, 2)],
  ["the log is cut short", "integrity", "manifest_differs", (_files, { entries }) => entries.pop()],
  ["the log begins later", "completeness", "entries_hole", (_files, { entries }) => entries.shift()],
  ["an entry in the middle is left out", "completeness", "entries_hole", (_files, { entries }) => entries.splice(2, 1)],
  [
    "an entry is edited",
    "completeness",
    "entry_not_included",
    (_files, { entries: [entry] }) => {
      if (entry) entry.record = entry.record.replace('"member"', '"system"');
    },
  ],
  [
    "a checkpoint's token is that of another checkpoint",
    "completeness",
    "anchor_broken",
    (files, manifest) => {
      const [newer, older] = [manifest.anchors[0], manifest.earlier[0]?.anchors[0]];
      if (newer?.kind !== "rfc3161" || older?.kind !== "rfc3161") return;
      [newer.token, older.token] = [older.token, newer.token];
      files.set("audit/checkpoint-10.corpus.tst", Buffer.from(newer.token, "base64"));
      files.set("audit/checkpoint-4.corpus.tst", Buffer.from(older.token, "base64"));
    },
  ],
  [
    "an earlier checkpoint is not proven to be the beginning",
    "completeness",
    "earlier_inconsistent",
    (_files, { earlier: [earlier] }) => earlier?.consistency.pop(),
  ],
];

describe("a bundle that was altered", () => {
  test.each(BUNDLE_CHANGES)("does not hold: %s", async (_name, question, code, change) => {
    await expectNo(await corpus.bundle(change), question, code);
  });

  test("is not known to hold where its document is another one of the same signer, also by the log's known key", async () => {
    const other = await corpus.augment(await corpus.sign(await makePdf(), corpus.key));
    const altered = await corpus.bundle((files, manifest) => {
      files.set("evidence.pdf", other);
      manifest.document = { sha256: sha256(other), size: other.length, path: "evidence.pdf" };
    });
    const report = await verify(new Uint8Array(altered), { roots: [corpus.roots], logKeys: [corpus.log.key] });
    expect(report).toMatchObject({ verdict: "unknown", answers: { identity: { verdict: "yes" } } });
    expect(report.answers.completeness.findings.map(({ code }) => code)).toContain("no_manifest");
  });

  test("does not hold: the checkpoint is of another log", async () => {
    const other = await makeCorpus();
    await other.close();
    const altered = await corpus.bundle((_files, manifest) => {
      manifest.checkpoint = other.manifest.checkpoint;
    });
    await expectNo(altered, "completeness", "checkpoint_broken");
  });
});
