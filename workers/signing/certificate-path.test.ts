import { KEY_USAGE } from "@nexbasira/core/authority/issue-certificate.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { describe, expect, test } from "vitest";
import { makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { findCertificatePath } from "./certificate-path.ts";

const root = await makeTestAuthority("Root");
const now = new Date();

describe("a path", () => {
  test("leads from a certificate over authorities to a trusted root", async () => {
    const middle = await root.issueAuthority("Middle");
    const low = await middle.issueAuthority("Low");
    const { certificate } = await low.issueKey("Leaf");
    const intermediates = [certificate, low.certificate, middle.certificate];
    const options = { intermediates, roots: [root.certificate], at: now };
    await expect(findCertificatePath(certificate, options)).resolves.toEqual([
      certificate,
      low.certificate,
      middle.certificate,
      root.certificate,
    ]);
    await expect(findCertificatePath(certificate, { ...options, intermediates: [low.certificate] })).rejects.toThrow(
      "no path leads",
    );
  });

  test("does not lead to a root of the same name with another key", async () => {
    const other = await makeTestAuthority("Root");
    const { certificate } = await other.issueKey("Leaf");
    const options = { intermediates: [other.certificate], roots: [root.certificate], at: now };
    await expect(findCertificatePath(certificate, options)).rejects.toThrow("no path leads");
  });

  test("is not trusted for a root that came along with it", async () => {
    const { certificate, chain } = await root.issueKey("Leaf");
    await expect(findCertificatePath(certificate, { intermediates: chain, roots: [], at: now })).rejects.toThrow(
      "no path leads",
    );
  });

  test.each([
    ["is no authority", { isAuthority: false, keyUsage: KEY_USAGE.keyCertSign }],
    ["may not sign certificates", { keyUsage: KEY_USAGE.digitalSignature }],
    ["has expired", { validFrom: -9, validUntil: -1 }],
    ["is not valid yet", { validFrom: 1, validUntil: 9 }],
  ])("does not lead over one that %s", async (_name, options) => {
    const middle = await root.issueAuthority("Middle", options);
    const { certificate } = await middle.issueKey("Leaf");
    const path = { intermediates: [middle.certificate], roots: [root.certificate], at: now };
    await expect(findCertificatePath(certificate, path)).rejects.toThrow("no path leads");
  });

  test("is no longer than an authority allows", async () => {
    const middle = await root.issueAuthority("Middle");
    const low = await middle.issueAuthority("Low");
    const { certificate } = await low.issueKey("Leaf");
    const limited = await root.reissue(middle.certificate, (copy) => {
      const constraints = new pkijs.BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema().toBER();
      replaceExtension(copy, new pkijs.Extension({ extnID: "2.5.29.19", critical: true, extnValue: constraints }));
    });
    const options = { roots: [root.certificate], at: now };
    const check = (authority: pkijs.Certificate) =>
      findCertificatePath(certificate, { ...options, intermediates: [low.certificate, authority] });
    await expect(check(middle.certificate)).resolves.toBeDefined();
    await expect(check(limited)).rejects.toThrow("no path leads");
  });

  test("fails at a critical extension that is not understood", async () => {
    const { certificate } = await root.issueKey("Leaf");
    const withExtension = (critical: boolean) =>
      root.reissue(certificate, (copy) => {
        replaceExtension(
          copy,
          new pkijs.Extension({ extnID: "1.2.3.4", critical, extnValue: new asn1js.Null().toBER() }),
        );
      });
    const options = { intermediates: [], roots: [root.certificate], at: now };
    await expect(findCertificatePath(await withExtension(false), options)).resolves.toBeDefined();
    await expect(findCertificatePath(await withExtension(true), options)).rejects.toThrow("no path leads");
  });

  test("says from when to when a certificate is valid that is not valid at the time in question", async () => {
    const { certificate } = await root.issueKey("Leaf");
    const at = new Date("2001-02-03T04:05:06Z");
    await expect(
      findCertificatePath(certificate, { intermediates: [], roots: [root.certificate], at }),
    ).rejects.toThrow(/^the certificate of CN=Leaf, O=Test is valid from .* not at 2001-02-03T04:05:06\.000Z$/);
  });

  test("is given up in time where dozens of authorities name each other as issuer", async () => {
    const impostors = await Promise.all(Array.from({ length: 12 }, () => makeTestAuthority("Loop")));
    const { certificate } = await (impostors[0] ?? expect.fail()).issueKey("Leaf");
    const crossed = await Promise.all(
      impostors.flatMap((issuer) => impostors.map((subject) => issuer.reissue(subject.certificate, () => {}))),
    );
    const options = { intermediates: crossed, roots: [root.certificate], at: now };
    await expect(findCertificatePath(certificate, options)).rejects.toThrow("no path leads");
  });
});

function replaceExtension(certificate: pkijs.Certificate, extension: pkijs.Extension): void {
  const others = certificate.extensions?.filter(({ extnID }) => extnID !== extension.extnID) ?? [];
  certificate.extensions = [...others, extension];
}
