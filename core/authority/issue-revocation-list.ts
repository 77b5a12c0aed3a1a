import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { REVOCATION } from "./revocation-extensions.ts";
import { type SigningKey, signatureAlgorithmIdentifier } from "./signing-key.ts";

/** How long a list holds. */
const VALIDITY_MS = 24 * 3600_000;

export interface RevokedEntry {
  serialNumber: asn1js.Integer;
  revokedAt: Date;
}

/** Issues an authority's complete revocation list, version 2 (RFC 5280, clause 5), as of now: the DER. */
export async function issueRevocationList(
  authority: SigningKey,
  revoked: readonly RevokedEntry[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { certificate, algorithm } = authority;
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const keyId = new asn1js.OctetString({ valueHex: await certificate.getKeyHash() });
  const list = new pkijs.CertificateRevocationList({
    version: 1, // v2
    signature: signatureAlgorithmIdentifier(algorithm),
    issuer: certificate.subject,
    thisUpdate: time(now),
    nextUpdate: time(new Date(now.getTime() + VALIDITY_MS)),
    ...(revoked.length > 0 && {
      revokedCertificates: revoked.map(
        ({ serialNumber, revokedAt }) =>
          new pkijs.RevokedCertificate({ userCertificate: serialNumber, revocationDate: time(revokedAt) }),
      ),
    }),
    crlExtensions: new pkijs.Extensions({
      extensions: [
        extension("2.5.29.35", new pkijs.AuthorityKeyIdentifier({ keyIdentifier: keyId }).toSchema()),
        // Grows with each list, as the clause asks for.
        extension(REVOCATION.crlNumber, asn1js.Integer.fromBigInt(BigInt(now.getTime()))),
      ],
    }),
    signatureAlgorithm: signatureAlgorithmIdentifier(algorithm),
  });
  // Its encoder knows how to leave the signature out, and is not open to others.
  const unsigned: unknown = list.toSchema(true);
  if (!(unsigned instanceof asn1js.Sequence)) throw new Error("the list cannot be encoded");
  const [body] = unsigned.valueBlock.value;
  if (!body) throw new Error("the list cannot be encoded");
  const tbs = new Uint8Array(body.toBER());
  const signature = new asn1js.BitString({ valueHex: await authority.sign(tbs) });
  const signed = new asn1js.Sequence({
    value: [asn1js.fromBER(tbs).result, signatureAlgorithmIdentifier(algorithm).toSchema(), signature],
  });
  return new Uint8Array(signed.toBER());
}

function time(value: Date): pkijs.Time {
  const type = value.getUTCFullYear() < 2050 ? pkijs.TimeType.UTCTime : pkijs.TimeType.GeneralizedTime;
  return new pkijs.Time({ type, value });
}

function extension(extnID: string, value: asn1js.BaseBlock): pkijs.Extension {
  return new pkijs.Extension({ extnID, critical: false, extnValue: value.toBER() });
}
