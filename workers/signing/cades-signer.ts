import { createHash } from "node:crypto";
import { digest } from "@nexbasira/core/authority/hash-algorithm.ts";
import {
  assembleSignedData,
  CMS,
  encodeSignedAttributes,
  makeSignedAttributes,
  signatureTimeStampAttribute,
} from "@nexbasira/core/authority/signed-data.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Signer } from "@signpdf/signpdf";
import { requestTimeStamp, type TimeStampSource } from "./time-stamp-client.ts";

/** The signature does not fit into the place that was kept for it. */
export class PlaceholderTooSmall extends Error {
  /** Bytes that the signature takes. */
  readonly needed: number;

  constructor(needed: number) {
    super(`The signature takes ${needed} bytes`);
    this.needed = needed;
  }
}

export interface CadesSignerOptions {
  key: SigningKey;
  /** Where the signature's time stamp comes from; null for none (baseline B-B). */
  timeStamp: TimeStampSource | null;
  /** Bytes that were kept for the signature. */
  capacity: number;
}

/**
 * Makes the CMS of a PAdES baseline signature for `@signpdf/signpdf` (ETSI EN 319 142-1, clause 6.3): SignedData,
 * detached; the signed attributes content-type, message-digest and signing-certificate-v2 alone; the certificates of
 * the chain; and, once the signature value is there, its time stamp as an unsigned attribute.
 */
export class CadesSigner extends Signer {
  readonly #options: CadesSignerOptions;

  constructor(options: CadesSignerOptions) {
    super();
    this.#options = options;
  }

  /**
   * @param signedBytes the PDF without the signature's place
   * @returns the DER of a ContentInfo
   * @throws PlaceholderTooSmall
   * @throws Retryable where no true time stamp is to be had
   */
  override async sign(signedBytes: Buffer): Promise<Buffer> {
    const { key, timeStamp, capacity } = this.#options;
    const { hash } = key.algorithm;
    // By node:crypto, as Web Crypto would copy the whole document first.
    const contentDigest = new Uint8Array(createHash(hash).update(signedBytes).digest());
    const signedAttributes = await makeSignedAttributes(CMS.data, contentDigest, key);
    const signature = await key.sign(encodeSignedAttributes(signedAttributes));
    const stamp = timeStamp && (await requestTimeStamp(timeStamp, { hash, digest: await digest(hash, signature) }));
    const cms = assembleSignedData({
      contentType: CMS.data,
      content: null,
      key,
      certificates: [key.certificate, ...key.chain],
      signedAttributes,
      signature,
      unsignedAttributes: stamp ? [signatureTimeStampAttribute(stamp.token)] : [],
    });
    if (cms.length > capacity) throw new PlaceholderTooSmall(cms.length);
    return Buffer.from(cms);
  }
}
