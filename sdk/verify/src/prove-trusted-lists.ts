import { isSame, isValidAt } from "@nexbasira/core/authority/certificate-path.ts";
import type * as pkijs from "pkijs";
import { nameOf, shown } from "./cms/certificate-path.ts";
import { because, type Reason } from "./reasons.ts";
import { type Finding, finding } from "./report.ts";
import { readTrustedList, type TrustedList, type TrustedService } from "./trusted-list.ts";
import { verifyXmlSignature, XmlSignatureError } from "./xml/verify-xml-signature.ts";

/** What lists say that are proven, and which of them are. */
export interface ProvenLists {
  services: TrustedService[];
  /** One for each list. */
  findings: Finding[];
}

/**
 * Uses of several trusted lists what is signed by somebody whom the caller knows: by a certificate that they gave, or by
 * one that a proven list of the lists names for the same territory. A list that is expired, altered or signed by nobody
 * known says nothing.
 *
 * @throws TrustError where one of them is no trusted list
 */
export async function proveTrustedLists(
  texts: readonly string[],
  signers: readonly pkijs.Certificate[],
  now: Date,
): Promise<ProvenLists> {
  const lists = texts.map(readTrustedList);
  const proven: ProvenLists = { services: [], findings: [] };
  const pointers: TrustedList["pointers"] = [];
  // Those that say who signs the others come first.
  for (const list of [...lists].sort((a, b) => Number(b.isListOfLists) - Number(a.isListOfLists))) {
    const { territory, issuedAt } = list;
    const known = pointers.filter((each) => each.territory === territory).flatMap(({ certificates }) => certificates);
    const problem = await problemOf(list, list.isListOfLists ? signers : [...signers, ...known], now);
    if (problem) {
      proven.findings.push(finding("unknown", "list_not_used", { territory }, problem));
      continue;
    }
    proven.findings.push(finding("yes", "list_used", { territory, time: shown(issuedAt) }));
    if (list.isListOfLists) pointers.push(...list.pointers);
    else proven.services.push(...list.services);
  }
  return proven;
}

/** Why a list is not used; null where it is. */
async function problemOf(
  { root, issuedAt, nextUpdate }: TrustedList,
  signers: readonly pkijs.Certificate[],
  now: Date,
): Promise<Reason | null> {
  try {
    const signer = await verifyXmlSignature(root);
    if (!signers.some((each) => isSame(each, signer)))
      return because("list_signer_unknown", { signer: nameOf(signer) });
    if (!isValidAt(signer, issuedAt)) return because("list_signer_ended");
  } catch (error) {
    if (error instanceof XmlSignatureError) return error.reason;
    // Elements that lie in each other deeper than the stack.
    if (error instanceof RangeError) return because("list_unreadable");
    throw error;
  }
  if (!(issuedAt <= now)) return because("list_not_yet", { time: shown(issuedAt) });
  if (!nextUpdate) return because("list_closed");
  return nextUpdate >= now ? null : because("list_expired", { time: shown(nextUpdate) });
}
