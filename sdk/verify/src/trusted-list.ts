import { parseXml, XmlElement } from "@rgrove/parse-xml";
import * as pkijs from "pkijs";
import { readDer } from "./cms/der.ts";
import { TrustError } from "./trust-options.ts";

/** A service of a trusted list that issues qualified certificates, or stamps with qualified time. */
export interface TrustedService {
  kind: "CA/QC" | "QTST";
  territory: string;
  certificate: pkijs.Certificate;
  /** Since when it was granted, or no longer. */
  periods: { from: Date; granted: boolean }[];
}

const MAX_LENGTH = 64 * 1024 * 1024;
const KINDS: Readonly<Record<string, TrustedService["kind"]>> = {
  "http://uri.etsi.org/TrstSvc/Svctype/CA/QC": "CA/QC",
  "http://uri.etsi.org/TrstSvc/Svctype/TSA/QTST": "QTST",
};
const GRANTED = new Set([
  "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
  // Before the eIDAS regulation applied (ETSI TS 119 612, clause 5.5.4).
  "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/undersupervision",
  "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/accredited",
  "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/supervisionincessation",
]);

/**
 * The qualified services of one national trusted list (ETSI TS 119 612, clause 5.5), with the times at which they were
 * granted. Document types and entities are refused. The list's own XML signature is not verified: who gives a list has
 * to have got it from where it is published.
 *
 * @throws TrustError where it is no trusted list
 */
export function readTrustedList(xml: string): TrustedService[] {
  if (xml.length > MAX_LENGTH) throw new TrustError("the trusted list is too large");
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new TrustError("the trusted list has a document type, which is not read");
  const root = parse(xml);
  if (localName(root) !== "TrustServiceStatusList") throw new TrustError("it is no trusted list");
  const territory = textOf(child(child(root, "SchemeInformation"), "SchemeTerritory"));
  return descendants(root, "TSPService").flatMap((service) => readService(service, territory));
}

function parse(xml: string): XmlElement {
  try {
    const { root } = parseXml(xml);
    if (!root) throw new Error("it has no root element");
    return root;
  } catch (cause) {
    throw new TrustError("the trusted list cannot be read", { cause });
  }
}

function readService(service: XmlElement, territory: string): TrustedService[] {
  const information = child(service, "ServiceInformation");
  const kind = KINDS[textOf(child(information, "ServiceTypeIdentifier"))];
  if (!information || !kind) return [];
  const history = children(child(service, "ServiceHistory"), "ServiceHistoryInstance");
  const periods = [information, ...history]
    .map((each) => ({
      from: new Date(textOf(child(each, "StatusStartingTime"))),
      granted: GRANTED.has(textOf(child(each, "ServiceStatus"))),
    }))
    .filter(({ from }) => !Number.isNaN(from.getTime()));
  const identities = children(child(information, "ServiceDigitalIdentity"), "DigitalId");
  return identities.flatMap((identity) => {
    const certificate = readCertificate(textOf(child(identity, "X509Certificate")));
    return certificate ? [{ kind, territory, certificate, periods }] : [];
  });
}

/** Some lists hold certificates that no library reads; those are left out. */
function readCertificate(base64: string): pkijs.Certificate | null {
  if (base64 === "") return null;
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return new pkijs.Certificate({ schema: readDer(bytes) });
  } catch {
    // Nothing leads to it then.
    return null;
  }
}

function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(":") + 1);
}

function children(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? [])
    .filter((each) => each instanceof XmlElement)
    .filter((each) => localName(each) === name);
}

function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return children(element, name)[0];
}

function descendants(element: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  const queue = [element];
  for (let next = queue.pop(); next; next = queue.pop()) {
    if (localName(next) === name) found.push(next);
    else queue.push(...next.children.filter((each) => each instanceof XmlElement));
  }
  return found.reverse();
}

function textOf(element: XmlElement | undefined): string {
  return element?.text.trim() ?? "";
}
