import { createHash } from "node:crypto";
import {
  assembleSignedData,
  CMS,
  encodeSignedAttributes,
  makeSignedAttributes,
} from "@nexbasira/core/authority/signed-data.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Signer, SignPdf } from "@signpdf/signpdf";
import { expect, test } from "vitest";
import { checkSignature } from "../../workers/signing/check-signature.ts";
import { pdfInMemory, readPdf, withIncrement } from "../../workers/signing/pdf-source.ts";
import { makeSignaturePlace } from "../../workers/signing/signature-field.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { makeTestAuthority } from "../helpers/test-authority.ts";

/** A CMS as `completeSignature` makes it, over whatever bytes the library gives. */
class CadesSigner extends Signer {
  readonly #key: SigningKey;

  constructor(key: SigningKey) {
    super();
    this.#key = key;
  }

  override async sign(bytes: Buffer): Promise<Buffer> {
    const key = this.#key;
    const digest = new Uint8Array(createHash(key.algorithm.hash).update(bytes).digest());
    const signedAttributes = await makeSignedAttributes(CMS.data, digest, key);
    const cms = assembleSignedData({
      contentType: CMS.data,
      content: null,
      key,
      certificates: [key.certificate, ...key.chain],
      signedAttributes,
      signature: await key.sign(encodeSignedAttributes(signedAttributes)),
      unsignedAttributes: [],
    });
    return Buffer.from(cms);
  }
}

test("@signpdf/signpdf fills a place that was made here, with offsets and CMS that hold", async () => {
  const root = await makeTestAuthority("Root");
  const base = pdfInMemory(await makePdf());
  const field = { name: "Signer", reason: "Test", location: null, contactInfo: null };
  const { increment, spans } = makeSignaturePlace(base, { field, signedAt: new Date(), capacity: 8192 });
  // The offsets that are known here already, taken back to what that library looks for.
  const unknown = "/ByteRange [0 /********** /********** /**********";
  const empty = Buffer.from(readPdf(withIncrement(base, increment)))
    .toString("latin1")
    .replace(/\/ByteRange \[0 \d+ \d+ \d+\] */, (range) => `${unknown.padEnd(range.length - 1)}]`);
  const signed = await new SignPdf().sign(Buffer.from(empty, "latin1"), new CadesSigner(await root.issueKey("Signer")));
  const { baseline, signer } = await checkSignature(pdfInMemory(signed), { timeStampRoots: [] });
  expect({ baseline, signer }).toEqual({ baseline: "B-B", signer: "CN=Signer, O=Test" });
  const [, length, resume] = /\/ByteRange \[0 (\d+) (\d+) \d+\]/.exec(signed.toString("latin1"))?.map(Number) ?? [];
  expect([length, resume]).toEqual([spans[0][1], spans[1][0]]);
});
