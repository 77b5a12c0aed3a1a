import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { type MoreOfName, makeName } from "./certificate.ts";
import { type RevocationAddresses, revocationExtensions } from "./revocation-extensions.ts";

/** KeyUsage bits (RFC 5280, clause 4.2.1.3), as they stand in the first byte of the BIT STRING. */
export const KEY_USAGE = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04, cRLSign: 0x02 } as const;

/** Extended key usage for time stamping (RFC 3161, clause 2.3). */
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

export interface CertificateRequest {
  organization: string;
  commonName: string;
  moreOfName?: MoreOfName;
  notBefore: Date;
  notAfter: Date;
  publicKey: CryptoKey;
  /** Bits of {@link KEY_USAGE}, or-ed. */
  keyUsage: number;
  /** Object identifiers; the extension is critical, and left out where there are none. */
  extendedKeyUsage: readonly string[];
  isAuthority: boolean;
  /** Object identifiers of extensions whose value is NULL; none of them is critical. */
  statements?: readonly string[];
  /** Where to ask whether the certificate was revoked; nothing is said of it where it is left out. */
  revocation?: RevocationAddresses;
}

/** Who signs a certificate: itself (a root), or an authority's certificate with its key. */
export interface Issuer {
  certificate: pkijs.Certificate | "self";
  privateKey: CryptoKey;
}

/** Issues an X.509 v3 certificate (RFC 5280), signed with SHA-256; times are cut to whole seconds. */
export async function issueCertificate(request: CertificateRequest, issuer: Issuer): Promise<pkijs.Certificate> {
  const certificate = new pkijs.Certificate();
  certificate.version = 2; // v3
  certificate.serialNumber = new asn1js.Integer({ valueHex: randomSerialNumber().buffer });
  certificate.subject = makeName(request.organization, request.commonName, request.moreOfName);
  certificate.issuer = issuer.certificate === "self" ? certificate.subject : issuer.certificate.subject;
  certificate.notBefore = makeTime(request.notBefore);
  certificate.notAfter = makeTime(request.notAfter);
  await certificate.subjectPublicKeyInfo.importKey(request.publicKey);

  const subjectKeyId = await certificate.getKeyHash();
  const issuerKeyId = issuer.certificate === "self" ? subjectKeyId : await issuer.certificate.getKeyHash();
  certificate.extensions = [
    extension("2.5.29.19", true, new pkijs.BasicConstraints({ cA: request.isAuthority }).toSchema()),
    extension("2.5.29.15", true, keyUsageBits(request.keyUsage)),
    extension("2.5.29.14", false, new asn1js.OctetString({ valueHex: subjectKeyId })),
    extension(
      "2.5.29.35",
      false,
      new pkijs.AuthorityKeyIdentifier({ keyIdentifier: new asn1js.OctetString({ valueHex: issuerKeyId }) }).toSchema(),
    ),
  ];
  if (request.extendedKeyUsage.length > 0) {
    const usage = new pkijs.ExtKeyUsage({ keyPurposes: [...request.extendedKeyUsage] });
    certificate.extensions.push(extension("2.5.29.37", true, usage.toSchema()));
  }
  for (const oid of request.statements ?? []) certificate.extensions.push(extension(oid, false, new asn1js.Null()));
  if (request.revocation) certificate.extensions.push(...revocationExtensions(request.revocation));
  await certificate.sign(issuer.privateKey, "SHA-256");
  // Read back, so that what the caller holds is exactly what others will read.
  return pkijs.Certificate.fromBER(certificate.toSchema().toBER());
}

/** A positive serial number with 126 random bits (RFC 5280, clause 4.1.2.2 asks for at most 20 bytes). */
export function randomSerialNumber(): Uint8Array<ArrayBuffer> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40; // never negative, never with a leading zero byte
  return bytes;
}

function extension(extnID: string, critical: boolean, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
}

function keyUsageBits(bits: number): asn1js.BitString {
  // A named bit list drops its trailing zeros in DER (X.690, clause 11.2.2).
  const unusedBits = 31 - Math.clz32(bits & -bits);
  return new asn1js.BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits });
}

function makeTime(date: Date): pkijs.Time {
  const value = new Date(Math.floor(date.getTime() / 1000) * 1000);
  const type = value.getUTCFullYear() < 2050 ? pkijs.TimeType.UTCTime : pkijs.TimeType.GeneralizedTime;
  return new pkijs.Time({ type, value });
}
