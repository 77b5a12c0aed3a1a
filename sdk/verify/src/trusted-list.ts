import { parseXml, type XmlElement } from "@rgrove/parse-xml";
import * as pkijs from "pkijs";
import { readDer } from "./cms/der.ts";
import { TrustError } from "./trust-options.ts";
import { bytesIn, child, childAt, children, descendants, localName, textOf } from "./xml/elements.ts";

/** A service of a trusted list that issues qualified certificates, or stamps with qualified time. */
export interface TrustedService {
  kind: "CA/QC" | "QTST";
  name: string;
  certificate: pkijs.Certificate;
  periods: ServicePeriod[];
}

/** What a list says of a service from a time on. */
export interface ServicePeriod {
  from: Date;
  granted: boolean;
  /** What its certificates are for (ETSI TS 119 612, clause 5.5.9.4); signatures where the list does not say. */
  purposes: ReadonlySet<"signatures" | "seals">;
  /** Whether it says of some of its certificates that they are not what they say (clause 5.5.9.2). */
  hasConditions: boolean;
}

/** A list as it was read: whether it is genuine is not looked at. */
export interface TrustedList {
  root: XmlElement;
  territory: string;
  /** Whether it is the list of the lists, which says who signs the others. */
  isListOfLists: boolean;
  issuedAt: Date;
  /** Null where it is closed. */
  nextUpdate: Date | null;
  services: TrustedService[];
  /** Who signs the list of a territory, as this list says. */
  pointers: { territory: string; certificates: pkijs.Certificate[] }[];
}

const MAX_LENGTH = 64 * 1024 * 1024;
const LIST_OF_LISTS = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUlistofthelists";
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
const SERVICE_FOR = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/For";
/** Qualifiers that do not take anything from what a certificate says of itself. */
const HARMLESS = /\/(QCStatement|QCWithSSCD|QCWithQSCD|QCSSCDStatusAsInCert|QCQSCDStatusAsInCert|QCForESig)$/;

/**
 * Reads a trusted list (ETSI TS 119 612, clause 5): its qualified services with the times at which they were granted, and
 * the pointers to other lists. Document types and entities are refused.
 *
 * @throws TrustError where it is no trusted list
 */
export function readTrustedList(xml: string): TrustedList {
  if (xml.length > MAX_LENGTH) throw new TrustError("the trusted list is too large");
  if (/<!DOCTYPE|<!ENTITY/i.test(xml)) throw new TrustError("the trusted list has a document type, which is not read");
  const root = parse(xml);
  if (localName(root) !== "TrustServiceStatusList") throw new TrustError("it is no trusted list");
  const scheme = child(root, "SchemeInformation");
  const nextUpdate = textOf(childAt(scheme, "NextUpdate", "dateTime"));
  return {
    root,
    territory: textOf(child(scheme, "SchemeTerritory")),
    isListOfLists: textOf(child(scheme, "TSLType")) === LIST_OF_LISTS,
    issuedAt: new Date(textOf(child(scheme, "ListIssueDateTime"))),
    nextUpdate: nextUpdate === "" ? null : new Date(nextUpdate),
    services: children(child(root, "TrustServiceProviderList"), "TrustServiceProvider").flatMap((provider) =>
      children(child(provider, "TSPServices"), "TSPService").flatMap(readService),
    ),
    pointers: children(child(scheme, "PointersToOtherTSL"), "OtherTSLPointer").map((pointer) => ({
      territory: textOf(descendants(pointer, "SchemeTerritory")[0]),
      certificates: descendants(pointer, "X509Certificate").flatMap(readCertificate),
    })),
  };
}

/** What the list says of a service at a time; undefined before it says anything. */
export function periodAt({ periods }: TrustedService, at: Date): ServicePeriod | undefined {
  return periods.filter(({ from }) => from <= at).sort((a, b) => b.from.getTime() - a.from.getTime())[0];
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

function readService(service: XmlElement): TrustedService[] {
  const information = child(service, "ServiceInformation");
  const kind = KINDS[textOf(child(information, "ServiceTypeIdentifier"))];
  if (!information || !kind) return [];
  const history = children(child(service, "ServiceHistory"), "ServiceHistoryInstance");
  const periods = [information, ...history].map(readPeriod).filter(({ from }) => !Number.isNaN(from.getTime()));
  const name = textOf(childAt(information, "ServiceName", "Name"));
  const identities = children(child(information, "ServiceDigitalIdentity"), "DigitalId");
  return identities
    .flatMap((identity) => readCertificate(child(identity, "X509Certificate")))
    .map((certificate) => ({ kind, name, certificate, periods }));
}

function readPeriod(element: XmlElement): ServicePeriod {
  const extensions = child(element, "ServiceInformationExtensions");
  const uris = extensions
    ? descendants(extensions, "AdditionalServiceInformation").map((each) => textOf(child(each, "URI")))
    : [];
  const purposes = new Set<"signatures" | "seals">();
  if (!uris.some((uri) => uri.startsWith(SERVICE_FOR)) || uris.includes(`${SERVICE_FOR}eSignatures`))
    purposes.add("signatures");
  if (uris.includes(`${SERVICE_FOR}eSeals`)) purposes.add("seals");
  const qualifiers = extensions ? descendants(extensions, "Qualifier") : [];
  return {
    from: new Date(textOf(child(element, "StatusStartingTime"))),
    granted: GRANTED.has(textOf(child(element, "ServiceStatus"))),
    purposes,
    hasConditions: qualifiers.some(({ attributes }) => !HARMLESS.test(attributes.uri ?? "")),
  };
}

/** Some lists hold certificates that no library reads; nothing leads to those. */
function readCertificate(element: XmlElement | undefined): pkijs.Certificate[] {
  const bytes = bytesIn(element);
  if (!bytes) return [];
  try {
    return [new pkijs.Certificate({ schema: readDer(bytes) })];
  } catch {
    // As if it were not there.
    return [];
  }
}
