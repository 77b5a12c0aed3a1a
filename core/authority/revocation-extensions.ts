import * as pkijs from "pkijs";

/** Object identifiers around revocation (RFC 5280, RFC 6960, RFC 9608, ETSI EN 319 412-1). */
export const REVOCATION = {
  authorityInformationAccess: "1.3.6.1.5.5.7.1.1",
  distributionPoints: "2.5.29.31",
  ocsp: "1.3.6.1.5.5.7.48.1",
  basicOcspResponse: "1.3.6.1.5.5.7.48.1.1",
  nonce: "1.3.6.1.5.5.7.48.1.2",
  noCheck: "1.3.6.1.5.5.7.48.1.5",
  issuers: "1.3.6.1.5.5.7.48.2",
  /** Extended key usage of a responder that an authority has delegated to. */
  ocspSigning: "1.3.6.1.5.5.7.3.9",
  crlNumber: "2.5.29.20",
  deltaCrl: "2.5.29.27",
  issuingDistributionPoint: "2.5.29.28",
  reasonCode: "2.5.29.21",
  /** RFC 9608: this certificate is never revoked. */
  noRevocationAvailable: "2.5.29.56",
  /** ETSI EN 319 412-1, clause 5.2: it ends before it could be revoked. */
  validityAssuredShortTerm: "0.4.0.194121.2.1",
} as const;

/** Where an authority answers for the certificates that it issues. */
export interface RevocationAddresses {
  /** Its OCSP responder. */
  ocspUrl: string;
  /** Its revocation list. */
  crlUrl: string;
  /** Its own certificate, DER. */
  issuerUrl: string;
}

/** The extensions by which a certificate says where to ask about it (RFC 5280, clauses 4.2.2.1 and 4.2.1.13). */
export function revocationExtensions({ ocspUrl, crlUrl, issuerUrl }: RevocationAddresses): pkijs.Extension[] {
  const access = new pkijs.InfoAccess({
    accessDescriptions: [
      new pkijs.AccessDescription({ accessMethod: REVOCATION.ocsp, accessLocation: location(ocspUrl) }),
      new pkijs.AccessDescription({ accessMethod: REVOCATION.issuers, accessLocation: location(issuerUrl) }),
    ],
  });
  const points = new pkijs.CRLDistributionPoints({
    distributionPoints: [new pkijs.DistributionPoint({ distributionPoint: [location(crlUrl)] })],
  });
  return [
    new pkijs.Extension({
      extnID: REVOCATION.authorityInformationAccess,
      critical: false,
      extnValue: access.toSchema().toBER(),
    }),
    new pkijs.Extension({
      extnID: REVOCATION.distributionPoints,
      critical: false,
      extnValue: points.toSchema().toBER(),
    }),
  ];
}

/** Where a certificate says to ask about it; only addresses over HTTP. */
export function readRevocationAddresses(certificate: pkijs.Certificate): {
  ocsp: string[];
  crl: string[];
  issuers: string[];
} {
  const access: unknown = find(certificate, REVOCATION.authorityInformationAccess);
  const descriptions = access instanceof pkijs.InfoAccess ? access.accessDescriptions : [];
  const byMethod = (method: string) =>
    descriptions
      .filter(({ accessMethod }) => accessMethod === method)
      .flatMap((each) => addressOf(each.accessLocation));
  const points: unknown = find(certificate, REVOCATION.distributionPoints);
  const distributionPoints = points instanceof pkijs.CRLDistributionPoints ? points.distributionPoints : [];
  return {
    ocsp: byMethod(REVOCATION.ocsp),
    issuers: byMethod(REVOCATION.issuers),
    crl: distributionPoints.flatMap(({ distributionPoint, reasons, cRLIssuer }) =>
      // A list for some reasons only, or by another issuer, does not say enough.
      Array.isArray(distributionPoint) && reasons === undefined && cRLIssuer === undefined
        ? distributionPoint.flatMap(addressOf)
        : [],
    ),
  };
}

function location(url: string): pkijs.GeneralName {
  return new pkijs.GeneralName({ type: 6, value: url });
}

function find(certificate: pkijs.Certificate, oid: string): unknown {
  return certificate.extensions?.find(({ extnID }) => extnID === oid)?.parsedValue;
}

function addressOf({ type, value }: pkijs.GeneralName): string[] {
  const address: unknown = value;
  return type === 6 && typeof address === "string" && /^https?:\/\//i.test(address) ? [address] : [];
}
