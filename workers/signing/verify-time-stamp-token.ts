import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import { findExtension } from "@nexbasira/core/authority/certificate-path.ts";
import { digest, findHashAlgorithm, type HashAlgorithm, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import { TIME_STAMPING } from "@nexbasira/core/authority/issue-certificate.ts";
import { CMS } from "@nexbasira/core/authority/signed-data.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { findCertificatePath } from "./certificate-path.ts";
import { checkSignedData, readSignedData } from "./check-signed-data.ts";
import { Refused } from "./refused.ts";

export interface ExpectedTimeStamp {
  /** The digest of what the token has to be over, by the algorithm that the token names. */
  digestOf(hash: HashAlgorithm): Uint8Array | Promise<Uint8Array>;
  /** The roots that the authority's certificate has to lead to. */
  roots: readonly pkijs.Certificate[];
  /** The policy that the token has to be under; null for any. */
  policy: string | null;
}

export interface TimeStamp {
  /** The token's DER: a ContentInfo. */
  token: Uint8Array<ArrayBuffer>;
  genTime: Date;
  /** Subject of the authority's certificate. */
  authority: string;
  policy: string;
  nonce: bigint | null;
  /** The authority's certificate, and all that came with it. */
  certificate: pkijs.Certificate;
  certificates: readonly pkijs.Certificate[];
}

/**
 * Checks a time-stamp token (RFC 3161, clause 2.4.2; ESSCertIDv2 by RFC 5816): imprint, policy, the signature with its
 * attributes, a certificate for time stamping alone, its path to a trusted root, and its validity at genTime. What only
 * the one who asked can know (nonce, whether genTime is now) is not looked at.
 *
 * @throws Refused with the first thing that does not hold
 */
export async function verifyTimeStampToken(
  token: Uint8Array<ArrayBuffer>,
  expected: ExpectedTimeStamp,
): Promise<TimeStamp> {
  const signedData = readSignedData(token);
  const eContent: unknown = signedData.encapContentInfo.eContent;
  const content = new Uint8Array(eContent instanceof asn1js.OctetString ? eContent.getValue() : []);
  const info = readInfo(content);
  const hash = findHashAlgorithm(info.messageImprint.hashAlgorithm.algorithmId);
  if (!hash) throw new Refused("the hash algorithm of its imprint is not accepted");
  const imprint = new Uint8Array(info.messageImprint.hashedMessage.getValue());
  if (!sameBytes(imprint, await expected.digestOf(hash))) {
    throw new Refused("its imprint is of something else than was to be time-stamped");
  }
  if (expected.policy !== null && info.policy !== expected.policy) {
    throw new Refused(`its policy is ${info.policy} instead of ${expected.policy}`);
  }
  const { certificate, certificates } = await checkSignedData(signedData, {
    contentType: CMS.tstInfo,
    digestContent: (contentHash) => digest(contentHash, content),
  });
  if (!isForTimeStampingAlone(certificate)) {
    throw new Refused("its certificate is not for time stamping alone (extended key usage, critical)");
  }
  await findCertificatePath(certificate, { intermediates: certificates, roots: expected.roots, at: info.genTime });
  return {
    token,
    genTime: info.genTime,
    authority: distinguishedName(certificate.subject),
    policy: info.policy,
    nonce: info.nonce ? info.nonce.toBigInt() : null,
    certificate,
    certificates,
  };
}

function readInfo(content: Uint8Array<ArrayBuffer>): pkijs.TSTInfo {
  try {
    const info = pkijs.TSTInfo.fromBER(content);
    if (info.version !== 1 || Number.isNaN(info.genTime.getTime())) throw new Error(`version ${info.version}`);
    return info;
  } catch (cause) {
    // Whatever the ASN.1 reader says of content that is not a TSTInfo.
    throw new Refused("it is not a time-stamp token", { cause });
  }
}

/** RFC 3161, clause 2.3: exactly one key purpose, time stamping, and critical. */
function isForTimeStampingAlone(certificate: pkijs.Certificate): boolean {
  const extension = findExtension(certificate, "2.5.29.37");
  const usage: unknown = extension?.parsedValue;
  if (!extension?.critical || !(usage instanceof pkijs.ExtKeyUsage)) return false;
  return usage.keyPurposes.length === 1 && usage.keyPurposes[0] === TIME_STAMPING;
}
