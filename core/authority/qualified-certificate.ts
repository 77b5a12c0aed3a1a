import * as asn1js from "asn1js";
import type * as pkijs from "pkijs";

const QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
/** ETSI EN 319 412-5, clauses 4.2.1, 4.2.2 and 4.2.3. */
const QC = { compliance: "0.4.0.1862.1.1", device: "0.4.0.1862.1.4", type: "0.4.0.1862.1.6" } as const;
const TYPE_OF_SIGNATURES = "0.4.0.1862.1.6.1";

/**
 * Whether a certificate states of itself that it is an EU qualified one for electronic signatures, its key in a
 * qualified device. That its issuer may say so is for the trusted lists to tell, which are not asked here.
 */
export function isQualifiedCertificate(certificate: pkijs.Certificate): boolean {
  const statements = readStatements(certificate);
  if (!statements.has(QC.compliance) || !statements.has(QC.device)) return false;
  const type = statements.get(QC.type);
  // Without a type it is one for signatures (clause 4.2.3).
  if (type === undefined) return true;
  return type instanceof asn1js.Sequence && type.valueBlock.value.some((each) => oidOf(each) === TYPE_OF_SIGNATURES);
}

/** The statements by their object identifiers, each with what stands behind it. */
function readStatements(certificate: pkijs.Certificate): Map<string, asn1js.BaseBlock | null> {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === QC_STATEMENTS);
  const sequence = extension && asn1js.fromBER(extension.extnValue.valueBlock.valueHexView).result;
  if (!(sequence instanceof asn1js.Sequence)) return new Map();
  return new Map(
    sequence.valueBlock.value.flatMap((statement) => {
      if (!(statement instanceof asn1js.Sequence)) return [];
      const [id, info] = statement.valueBlock.value;
      const oid = id && oidOf(id);
      return oid ? [[oid, info ?? null] as const] : [];
    }),
  );
}

function oidOf(block: object): string | null {
  return block instanceof asn1js.ObjectIdentifier ? block.valueBlock.toString() : null;
}
