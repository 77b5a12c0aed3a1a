import { createHash } from "node:crypto";
import { certificateDer, certificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import { answerOcspRequest } from "@nexbasira/core/authority/ocsp-responder.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { EvidenceManifest, ManifestAnchor } from "@nexbasira/core/contract/evidence-manifest.ts";
import { BlobWriter, TextReader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import * as pkijs from "pkijs";
import { attachManifest } from "../../../workers/report/attach-manifest.ts";
import { augmentPdf } from "../../../workers/signing/augment-pdf.ts";
import { type PdfSource, pdfInMemory, readPdf } from "../../../workers/signing/pdf-source.ts";
import { makeSecurityStore } from "../../../workers/signing/security-store.ts";
import { signPdf } from "../../../workers/signing/sign-pdf.ts";
import { requestTimeStampOf, type TimeStampSource } from "../../../workers/signing/time-stamp-client.ts";
import { makePdf } from "../make-pdf.ts";
import { honestList, honestOcsp, issueOcspKey, localWay, startRevocationServer } from "../revocation-server.ts";
import { issueTimeStampKey, makeTestAuthority, type TestAuthority } from "../test-authority.ts";
import { honest, startTimeStampServer } from "../time-stamp-server.ts";
import { type CorpusLog, makeLog, makeManifest, ORIGINALS, sha256 } from "./corpus-log.ts";

/** What pyHanko asks of a signer's certificate: non-repudiation beside digital signature. */
const SIGNING = KEY_USAGE.digitalSignature | KEY_USAGE.nonRepudiation;

/** Genuine files, and what it takes to make others. */
export interface Corpus {
  root: TestAuthority;
  /** The root that everything leads to, PEM. */
  roots: string;
  log: CorpusLog;
  manifest: EvidenceManifest;
  key: SigningKey;
  /** As the default run makes it: with its manifest, sealed, B-LTA. */
  lta: Buffer;
  /** Signed and time-stamped, without validation data. */
  timeStamped: Buffer;
  /** By two people one after the other, and then to B-LTA. */
  twoSigners: Buffer;
  sign(pdf: Uint8Array, key: SigningKey): Promise<Buffer>;
  augment(pdf: Uint8Array): Promise<Buffer>;
  /** The time-stamped file with the responder's answer that its signer was revoked the day before. */
  withRevokedSigner(): Promise<Buffer>;
  anchor(note: string): Promise<ManifestAnchor>;
  /** A bundle of the genuine files, changed as the test says before it is packed. */
  bundle(change?: (files: Map<string, Uint8Array>, manifest: EvidenceManifest) => void): Promise<Buffer>;
}

/** Runs with a corpus, whose authorities answer for as long. */
export async function makeCorpus(): Promise<Corpus & { close(): Promise<unknown> }> {
  const root = await makeTestAuthority("Corpus root");
  const revocation = await startRevocationServer();
  const responder = await issueOcspKey(root);
  Object.assign(revocation.handlers, { ocsp: honestOcsp(responder), crl: honestList(root.key) });
  const tsa = await issueTimeStampKey(root, { revocation: revocation.addresses });
  const key = await root.issueKey("Signer", { revocation: revocation.addresses, keyUsage: SIGNING });
  const second = await root.issueKey("Second signer", { revocation: revocation.addresses, keyUsage: SIGNING });
  const server = await startTimeStampServer(honest(tsa));
  const source: TimeStampSource = {
    url: server.url,
    roots: [root.certificate],
    policy: null,
    name: "corpus",
    qualified: false,
  };
  const sign = async (pdf: Uint8Array, by: SigningKey) => {
    const field = { name: "Nordlicht Versicherung AG", reason: "Evidence", location: null, contactInfo: null };
    const options = { key: by, timeStamps: [source], field, signedAt: new Date() };
    return toBuffer((await signPdf({ pdf: pdfInMemory(pdf), ...options })).pdf);
  };
  const augment = async (pdf: Uint8Array) => {
    const augmented = await augmentPdf(pdfInMemory(pdf), { timeStamps: [source], certificateWay: localWay });
    if (augmented.baseline !== "B-LTA") throw new Error(`it is ${augmented.baseline}: ${augmented.problems.join()}`);
    return toBuffer(augmented.pdf);
  };
  const anchor = async (note: string): Promise<ManifestAnchor> => {
    const digest = new Uint8Array(createHash("sha256").update(note).digest());
    const { timeStamp } = await requestTimeStampOf([source], { hash: "SHA-256", digest });
    const token = Buffer.from(timeStamp.token).toString("base64");
    return { kind: "rfc3161", authority: "corpus", qualified: false, development: false, token, path: null };
  };
  const log = makeLog();
  const manifest = await makeManifest(log, anchor);
  const plain = await makePdf((document) => attachManifest(document, manifest, new Date()));
  const timeStamped = await sign(plain, key);
  const lta = await augment(timeStamped);
  const bundle: Corpus["bundle"] = async (change) => {
    const copy = structuredClone(manifest);
    copy.document = { sha256: sha256(lta), size: lta.length, path: "evidence.pdf" };
    const files = new Map<string, Uint8Array>([["evidence.pdf", lta]]);
    for (const item of copy.items) files.set(item.path ?? "", ORIGINALS.get(item.id) ?? new Uint8Array());
    for (const [note, anchors] of [
      [copy.checkpoint, copy.anchors],
      ...copy.earlier.map((each) => [each.checkpoint, each.anchors] as const),
    ] as const) {
      const size = note.split("\n")[1];
      files.set(`audit/checkpoint-${size}.txt`, Buffer.from(note));
      for (const each of anchors) {
        if (each.kind !== "rfc3161") continue;
        each.path = `audit/checkpoint-${size}.${each.authority}.tst`;
        files.set(each.path, Buffer.from(each.token, "base64"));
      }
    }
    change?.(files, copy);
    return zip(files, copy);
  };
  const withRevokedSigner = async () => {
    const asked = new pkijs.OCSPRequest();
    await asked.createForCertificate(key.certificate, { hashAlgorithm: "SHA-1", issuerCertificate: root.certificate });
    const request = new Uint8Array(asked.toSchema(true).toBER());
    const statusOf = () => ({ revokedAt: new Date(Date.now() - 24 * 3600_000) });
    const answer = new Uint8Array(await answerOcspRequest({ responder, statusOf }, request));
    const certificates = [responder.certificate, root.certificate].map(certificateDer);
    const store = makeSecurityStore(pdfInMemory(timeStamped), { certificates, ocsps: [answer], crls: [] }, new Date());
    if (!store) throw new Error("there is nothing to add");
    return Buffer.concat([timeStamped, store]);
  };
  return {
    root,
    roots: certificatesPem([root.certificate]),
    log,
    manifest,
    key,
    lta,
    timeStamped,
    twoSigners: await augment(await sign(timeStamped, second)),
    sign,
    augment,
    withRevokedSigner,
    anchor,
    bundle,
    close: () => Promise.all([server.close(), revocation.close()]),
  };
}

async function zip(files: ReadonlyMap<string, Uint8Array>, manifest: EvidenceManifest): Promise<Buffer> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  await writer.add("README.txt", new TextReader("What is in here."));
  await writer.add("manifest.json", new TextReader(JSON.stringify(manifest)));
  for (const [name, bytes] of files) await writer.add(name, new Uint8ArrayReader(bytes));
  return Buffer.from(await (await writer.close()).arrayBuffer());
}

function toBuffer(pdf: PdfSource): Buffer {
  return Buffer.from(readPdf(pdf));
}
