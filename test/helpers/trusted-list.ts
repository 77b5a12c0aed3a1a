import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import type * as pkijs from "pkijs";

const SCHEME = "http://uri.etsi.org/TrstSvc";
const DAY_MS = 24 * 3600_000;

/** What a service of a trusted list is. */
interface ListedService {
  type: "CA/QC" | "TSA/QTST";
  certificate: pkijs.Certificate;
  status?: "granted" | "withdrawn";
  /** For what, as the list says it. */
  purposes?: readonly ("eSignatures" | "eSeals" | "WebSiteAuthentication")[];
  /** A qualifier of some of its certificates. */
  qualifier?: string;
}

export interface ListOptions {
  services?: readonly ListedService[];
  /** Who signs the list of XA; a list of the lists where it is given. */
  pointsTo?: pkijs.Certificate;
  /** Days from now. */
  issued?: number;
  /** Days from now; null for a closed list. */
  nextUpdate?: number | null;
}

/**
 * A trusted list (ETSI TS 119 612) of the territory XA, not signed yet, with what canonical forms are about: several
 * namespaces, attributes out of order, references, CDATA, comments, empty elements and line ends of every kind.
 */
export function trustedList({ services = [], pointsTo, issued = -1, nextUpdate = 30 }: ListOptions): string {
  const time = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+/, "");
  const type = pointsTo ? "EUlistofthelists" : "EUgeneric";
  return `<?xml version="1.0" encoding="UTF-8"?>
<tsl:TrustServiceStatusList xmlns:tsl="http://uri.etsi.org/02231/v2#" xmlns:unused="urn:unused" xmlns:a="urn:b" xmlns:b="urn:a"
  TSLTag="${SCHEME}/TSLTag" b:z='"1"' a:z="&lt;&#9;&#10;é">
<!-- a comment -->
<tsl:SchemeInformation xmlns="urn:default">
<tsl:TSLType>${SCHEME}/TrustedList/TSLType/${type}</tsl:TSLType>
<tsl:SchemeName><Name xml:lang="cs">Příliš &amp; <![CDATA[<žluťoučký>]]> kůň &#13;\r\n</Name><empty xmlns=""/></tsl:SchemeName>
<tsl:SchemeTerritory>${pointsTo ? "EU" : "XA"}</tsl:SchemeTerritory>
${pointsTo ? pointer(pointsTo) : ""}
<tsl:ListIssueDateTime>${time(issued)}</tsl:ListIssueDateTime>
<tsl:NextUpdate>${nextUpdate === null ? "" : `<tsl:dateTime>${time(nextUpdate)}</tsl:dateTime>`}</tsl:NextUpdate>
</tsl:SchemeInformation>
<?instruction with data?>
<tsl:TrustServiceProviderList><tsl:TrustServiceProvider><tsl:TSPServices>
${services.map((each) => service(each, time(-400))).join("\n")}
</tsl:TSPServices></tsl:TrustServiceProvider></tsl:TrustServiceProviderList>
</tsl:TrustServiceStatusList>`;
}

function service({ type, certificate, status = "granted", purposes = [], qualifier }: ListedService, from: string) {
  const more = purposes.map(
    (purpose) =>
      `<tsl:Extension Critical="true"><tsl:AdditionalServiceInformation><tsl:URI>${SCHEME}/TrustedList/SvcInfoExt/For${purpose}</tsl:URI></tsl:AdditionalServiceInformation></tsl:Extension>`,
  );
  const qualified = qualifier
    ? `<tsl:Extension Critical="true"><sie:Qualifications xmlns:sie="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"><sie:QualificationElement><sie:Qualifiers><sie:Qualifier uri="${SCHEME}/TrustedList/SvcInfoExt/${qualifier}"/></sie:Qualifiers></sie:QualificationElement></sie:Qualifications></tsl:Extension>`
    : "";
  return `<tsl:TSPService><tsl:ServiceInformation>
<tsl:ServiceTypeIdentifier>${SCHEME}/Svctype/${type}</tsl:ServiceTypeIdentifier>
<tsl:ServiceName><tsl:Name xml:lang="en">Service ${type}</tsl:Name></tsl:ServiceName>
<tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>${base64(certificate)}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity>
<tsl:ServiceStatus>${SCHEME}/TrustedList/Svcstatus/${status}</tsl:ServiceStatus>
<tsl:StatusStartingTime>${from}</tsl:StatusStartingTime>
<tsl:ServiceInformationExtensions>${more.join("")}${qualified}</tsl:ServiceInformationExtensions>
</tsl:ServiceInformation></tsl:TSPService>`;
}

function pointer(certificate: pkijs.Certificate): string {
  return `<tsl:PointersToOtherTSL><tsl:OtherTSLPointer><tsl:ServiceDigitalIdentities><tsl:ServiceDigitalIdentity><tsl:DigitalId><tsl:X509Certificate>${base64(certificate)}</tsl:X509Certificate></tsl:DigitalId></tsl:ServiceDigitalIdentity></tsl:ServiceDigitalIdentities><tsl:AdditionalInformation><tsl:OtherInformation><tsl:SchemeTerritory>XA</tsl:SchemeTerritory></tsl:OtherInformation></tsl:AdditionalInformation></tsl:OtherTSLPointer></tsl:PointersToOtherTSL>`;
}

function base64(certificate: pkijs.Certificate): string {
  return Buffer.from(certificateDer(certificate)).toString("base64");
}
