import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import * as pkijs from "pkijs";
import type { MadeFile } from "./lay-out-bundle.ts";

/** A PDF's CMS signatures, as hexadecimal strings (ISO 32000-1, 12.8.1). */
const CONTENTS = /\/Contents\s*<([0-9A-Fa-f]{64,})>/g;
const MOST_CERTIFICATES = 64;

/**
 * The certificates that come with the time stamps and with the document's signatures, as PEM files, so that others'
 * programs can be given them. Whom to trust they do not say.
 *
 * @param increments of the signed document: what was added to the report
 */
export function findCertificates(manifest: EvidenceManifest, increments: Buffer): MadeFile[] {
  const anchors = [manifest, ...manifest.earlier].flatMap((part) => part.anchors);
  const tokens = anchors.flatMap((anchor) => (anchor.kind === "rfc3161" ? [Buffer.from(anchor.token, "base64")] : []));
  const signatures = [...increments.toString("latin1").matchAll(CONTENTS)].map(([, hex = ""]) =>
    Buffer.from(hex, "hex"),
  );
  const files = new Map<string, MadeFile>();
  for (const certificate of [...signatures, ...tokens].flatMap(readCertificates)) {
    const pem = toPem(certificate);
    if (files.has(pem) || files.size === MOST_CERTIFICATES) continue;
    const number = String(files.size + 1).padStart(2, "0");
    files.set(pem, { path: `certificates/${number}-${nameOf(certificate)}.pem`, content: pem });
  }
  return [...files.values()];
}

/** Those in a CMS SignedData (RFC 5652, section 5.1); the zeros behind it fill its place in the document. */
function readCertificates(cms: Buffer<ArrayBuffer>): pkijs.Certificate[] {
  const { content } = pkijs.ContentInfo.fromBER(cms);
  const { certificates = [] } = new pkijs.SignedData({ schema: content });
  return certificates.filter((each) => each instanceof pkijs.Certificate);
}

function toPem(certificate: pkijs.Certificate): string {
  const lines =
    Buffer.from(certificate.toSchema().toBER())
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const COMMON_NAME = "2.5.4.3";

function nameOf({ subject }: pkijs.Certificate): string {
  const value: unknown = subject.typesAndValues.find(({ type }) => type === COMMON_NAME)?.value.valueBlock.value;
  const name = typeof value === "string" ? value.normalize("NFKD").toLowerCase() : "";
  return (
    name
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 40)
      .replaceAll(/^-|-$/g, "") || "certificate"
  );
}
