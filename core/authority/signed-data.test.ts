import * as pkijs from "pkijs";
import { beforeAll, describe, expect, test } from "vitest";
import { makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { assembleSignedData, CMS, encodeSignedAttributes, makeSignedAttributes } from "./signed-data.ts";
import type { SigningKey } from "./signing-key.ts";

let key: SigningKey;
beforeAll(async () => {
  key = await (await makeTestAuthority("Root")).issueKey("Signer");
});

describe("signed attributes", () => {
  test("are content-type, message-digest and signing-certificate-v2, and nothing else", async () => {
    const attributes = await makeSignedAttributes(CMS.data, new Uint8Array(32), key);
    const types = attributes.map(({ type }) => type);
    expect(types).toHaveLength(3);
    expect(new Set(types)).toEqual(new Set([CMS.contentType, CMS.messageDigest, CMS.signingCertificateV2]));
  });

  test("stand in the order of their encodings, whichever content they are for", async () => {
    for (const contentType of [CMS.data, CMS.tstInfo]) {
      const attributes = await makeSignedAttributes(contentType, new Uint8Array(32), key);
      const encodings = attributes.map((each) => Buffer.from(each.toSchema().toBER()));
      expect(encodings).toEqual([...encodings].sort(Buffer.compare));
    }
  });

  test("are signed as a SET OF and embedded as [0], with the same bytes after the tag", async () => {
    const signedAttributes = await makeSignedAttributes(CMS.data, new Uint8Array(32), key);
    const encoded = encodeSignedAttributes(signedAttributes);
    expect(encoded[0]).toBe(0x31);
    const cms = assembleSignedData({
      contentType: CMS.data,
      content: null,
      key,
      certificates: [key.certificate],
      signedAttributes,
      signature: await key.sign(encoded),
      unsignedAttributes: [],
    });
    const embedded = Buffer.from(encoded);
    embedded[0] = 0xa0;
    expect(Buffer.from(cms).includes(embedded)).toBe(true);
  });

  test("name the hash of the certificate only where it is not SHA-256, the default", async () => {
    const withHash = async (hash: "SHA-256" | "SHA-512") => {
      const attributes = await makeSignedAttributes(CMS.data, new Uint8Array(32), {
        ...key,
        algorithm: { scheme: "ECDSA", hash },
      });
      return Buffer.from(encodeSignedAttributes(attributes)).toString("hex");
    };
    const sha512 = Buffer.from(
      new pkijs.AlgorithmIdentifier({ algorithmId: "2.16.840.1.101.3.4.2.3" }).toSchema().toBER(),
    );
    expect(await withHash("SHA-256")).not.toContain("608648016503040201");
    expect(await withHash("SHA-512")).toContain(sha512.toString("hex"));
  });
});

test("certificates stand in the order of DER, in whichever they are given", async () => {
  const root = await makeTestAuthority("Other");
  const signedAttributes = await makeSignedAttributes(CMS.data, new Uint8Array(32), key);
  const parts = { contentType: CMS.data, content: null, key, signedAttributes, unsignedAttributes: [] };
  const signature = await key.sign(encodeSignedAttributes(signedAttributes));
  const assemble = (certificates: pkijs.Certificate[]) => assembleSignedData({ ...parts, signature, certificates });
  const pair = [key.certificate, root.certificate];
  expect(assemble(pair)).toEqual(assemble(pair.toReversed()));
});
