import * as asn1js from "asn1js";
import type * as pkijs from "pkijs";

const QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
/** ETSI EN 319 412-5, clauses 4.2.1, 4.2.2 and 4.2.3. */
const QC = { compliance: "0.4.0.1862.1.1", device: "0.4.0.1862.1.4", type: "0.4.0.1862.1.6" } as const;
const TYPES = { signatures: "0.4.0.1862.1.6.1", seals: "0.4.0.1862.1.6.2" } as const;
const LIMITS = { maxDepth: 16, maxNodes: 1000, maxContentLength: 64 * 1024 };

/** What a certificate states of itself. That its issuer may say so is for the trusted lists to tell. */
export interface QualifiedStatements {
  /** That it is an EU qualified one (QcCompliance). */
  compliance: boolean;
  /** That its key is in a qualified device (QcSSCD). */
  device: boolean;
  /** What it is for (QcType); signatures where it does not say (clause 4.2.3). */
  use: "signatures" | "seals" | "other";
}

/** Reads the statements of a certificate; an extension that cannot be read says nothing. */
export function readQualifiedStatements(certificate: pkijs.Certificate): QualifiedStatements {
  const statements = readStatements(certificate);
  return { compliance: statements.has(QC.compliance), device: statements.has(QC.device), use: useOf(statements) };
}

/** Whether a certificate states that it is a qualified one for electronic signatures, its key in a qualified device. */
export function isQualifiedCertificate(certificate: pkijs.Certificate): boolean {
  const { compliance, device, use } = readQualifiedStatements(certificate);
  return compliance && device && use === "signatures";
}

function useOf(statements: ReadonlyMap<string, asn1js.BaseBlock | null>): QualifiedStatements["use"] {
  if (!statements.has(QC.type)) return "signatures";
  const type = statements.get(QC.type);
  const types = type instanceof asn1js.Sequence ? type.valueBlock.value.map(oidOf) : [];
  if (types.includes(TYPES.signatures)) return "signatures";
  return types.includes(TYPES.seals) ? "seals" : "other";
}

/** The statements by their object identifiers, each with what stands behind it. */
function readStatements(certificate: pkijs.Certificate): Map<string, asn1js.BaseBlock | null> {
  const extension = certificate.extensions?.find(({ extnID }) => extnID === QC_STATEMENTS);
  const sequence = extension && asn1js.fromBER(extension.extnValue.valueBlock.valueHexView, LIMITS).result;
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
