import type { KeyObject } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import type { TestAuthority } from "./test-authority.ts";

/** Has an authority for tests certify a key that somebody else holds: a token, a signing service. */
export async function issueFor(
  authority: TestAuthority,
  publicKey: KeyObject,
  { commonName, qualified = false }: { commonName: string; qualified?: boolean },
): Promise<pkijs.Certificate> {
  const { certificate } = await authority.issueKey(commonName);
  return authority.reissue(certificate, (copy) => {
    const spki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
    copy.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(spki);
    if (qualified) copy.extensions?.push(qcStatements());
  });
}

/** QcCompliance, QcSSCD and QcType esign (ETSI EN 319 412-5, clause 4.2). */
function qcStatements(): pkijs.Extension {
  const oid = (value: string) => new asn1js.ObjectIdentifier({ value });
  const statement = (...value: asn1js.AsnType[]) => new asn1js.Sequence({ value });
  const statements = statement(
    statement(oid("0.4.0.1862.1.1")),
    statement(oid("0.4.0.1862.1.4")),
    statement(oid("0.4.0.1862.1.6"), statement(oid("0.4.0.1862.1.6.1"))),
  );
  return new pkijs.Extension({ extnID: "1.3.6.1.5.5.7.1.3", critical: false, extnValue: statements.toBER() });
}
