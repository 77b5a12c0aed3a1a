import * as asn1js from "asn1js";
import { type ReasonCode, ReasonError } from "../reasons.ts";

/** What CMS, certificates and time stamps do not hold to. */
export class CmsError extends ReasonError {
  override readonly name = "CmsError";
}

const LIMITS = { maxDepth: 48, maxNodes: 50_000, maxContentLength: 16 * 1024 * 1024 };

/**
 * Reads one ASN.1 structure, which has to be all there is. @param padded whether zeros may follow, as in a signature's
 * place in a PDF. @throws CmsError
 */
export function readDer(bytes: Uint8Array, padded = false): asn1js.AsnType {
  const copy = Uint8Array.from(bytes);
  const { result, offset } = asn1js.fromBER(copy, LIMITS);
  if (offset <= 0) throw new CmsError("not_asn1");
  const rest = copy.subarray(offset);
  if (rest.length > 0 && !(padded && rest.every((byte) => byte === 0))) throw new CmsError("bytes_after");
  return result;
}

/** The bytes of a structure as they were read. */
export function derOf(block: asn1js.BaseBlock): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(block.valueBeforeDecodeView);
}

export function elementsOf(block: unknown): asn1js.AsnType[] {
  return block instanceof asn1js.Constructed ? [...block.valueBlock.value] : [];
}

/** The content octets of an OCTET STRING or an INTEGER. */
export function bytesOf(block: asn1js.OctetString | asn1js.Integer): Uint8Array {
  return block instanceof asn1js.OctetString ? new Uint8Array(block.getValue()) : block.valueBlock.valueHexView;
}

/**
 * Reads each structure once, also where that fails: a file's answers and lists are asked about every certificate of every
 * signature, and there may be a thousand of them.
 */
export function readOnce<T>(read: (der: Uint8Array) => T): (der: Uint8Array) => T {
  const results = new WeakMap<Uint8Array, { value: T } | { error: unknown }>();
  return (der) => {
    const result = results.get(der) ?? attempt(() => read(der));
    results.set(der, result);
    if ("error" in result) throw result.error;
    return result.value;
  };
}

function attempt<T>(read: () => T): { value: T } | { error: unknown } {
  try {
    return { value: read() };
  } catch (error) {
    return { error };
  }
}

/**
 * Runs what reads a stranger's structure by libraries that throw whatever they trip over. @throws CmsError
 */
export async function guarded<T>(unreadable: ReasonCode, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof CmsError) throw cause;
    throw new CmsError(unreadable, {}, { cause });
  }
}
