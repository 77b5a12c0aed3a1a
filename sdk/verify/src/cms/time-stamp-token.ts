import { findHashAlgorithm, type HashAlgorithm, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import * as pkijs from "pkijs";
import { HASHES } from "../digest-ranges.ts";
import type { Reason } from "../reasons.ts";
import { explainPath, keyPurposes, nameOf } from "./certificate-path.ts";
import { CmsError, guarded } from "./der.ts";
import { checkSignedMessage, readSignedMessage, type SignedMessage } from "./signed-data.ts";

const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** A token whose form was read; only `checkToken` says whether it holds. */
export interface Token {
  message: SignedMessage;
  genTime: Date;
  hash: HashAlgorithm;
  imprint: Uint8Array;
}

/** A token that holds. */
export interface ProvenToken {
  genTime: Date;
  /** Subject of the authority's certificate. */
  authority: string;
  certificate: pkijs.Certificate;
  certificates: pkijs.Certificate[];
  /** To a root that the caller gave, or why there is none. */
  path: { path: pkijs.Certificate[] } | { reason: Reason };
}

/** @throws CmsError */
export async function readToken(der: Uint8Array, padded = false): Promise<Token> {
  const message = await readSignedMessage(der, padded);
  return guarded("stamp_unreadable", () => {
    if (message.contentType !== TST_INFO) throw new CmsError("not_a_stamp");
    const info = pkijs.TSTInfo.fromBER(message.content);
    const hash = findHashAlgorithm(info.messageImprint.hashAlgorithm.algorithmId);
    if (!hash) throw new CmsError("imprint_algorithm");
    if (info.version !== 1 || Number.isNaN(info.genTime.getTime())) throw new CmsError("stamp_time");
    const imprint = new Uint8Array(info.messageImprint.hashedMessage.getValue());
    return { message, genTime: info.genTime, hash, imprint };
  });
}

/**
 * Checks a token (RFC 3161, clause 2.4.2) over a digest by `token.hash`: imprint, signature, a certificate for time
 * stamping alone, and its path at the time that the token says.
 *
 * @throws CmsError with the first thing that does not hold
 */
export async function checkToken(
  token: Token,
  digest: Uint8Array,
  trust: { intermediates: readonly pkijs.Certificate[]; roots: readonly pkijs.Certificate[] },
): Promise<ProvenToken> {
  const { message, genTime, imprint } = token;
  if (!sameBytes(imprint, digest)) throw new CmsError("over_something_else");
  const content = HASHES[message.hash](message.content);
  await checkSignedMessage(message, { contentType: TST_INFO, digest: content, oldCertificateId: true });
  const { certificate, certificates } = message;
  const { critical, purposes } = keyPurposes(certificate);
  if (!critical || purposes.length !== 1 || purposes[0] !== TIME_STAMPING) {
    throw new CmsError("stamp_usage");
  }
  if (genTime < certificate.notBefore.value || genTime > certificate.notAfter.value) {
    throw new CmsError("stamp_certificate_ended");
  }
  const intermediates = [...certificates, ...trust.intermediates];
  const path = await explainPath(certificate, { intermediates, roots: trust.roots, at: genTime });
  return { genTime, authority: nameOf(certificate), certificate, certificates, path };
}
