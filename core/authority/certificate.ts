import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

/** The DER encoding of a certificate. */
export function certificateDer(certificate: pkijs.Certificate): Uint8Array<ArrayBuffer> {
  return new Uint8Array(certificate.toSchema().toBER());
}

/** Certificates in PEM form (RFC 7468), one after the other. */
export function certificatesPem(certificates: readonly pkijs.Certificate[]): string {
  return certificates
    .map((certificate) => {
      const lines = btoa(String.fromCharCode(...certificateDer(certificate))).match(/.{1,64}/g) ?? [];
      return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
    })
    .join("");
}

/** Every certificate of a PEM text, in its order; text between them is skipped. Throws where one cannot be read. */
export function readCertificatesPem(pem: string): pkijs.Certificate[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, base64 = ""]) => {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return pkijs.Certificate.fromBER(bytes);
  });
}

const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.97": "organizationIdentifier",
};

/** A name as text for people, most specific part first, in the manner of RFC 4514: `CN=…, O=…`. */
export function distinguishedName(name: pkijs.RelativeDistinguishedNames): string {
  return name.typesAndValues
    .map(({ type, value }) => `${ATTRIBUTE_NAMES[type] ?? type}=${value.valueBlock.value}`)
    .reverse()
    .join(", ");
}

/** The parts of a subject's name beyond organization and common name. */
export interface MoreOfName {
  /** ISO 3166-1 alpha-2. */
  country?: string | undefined;
  /** Letters, digits and few signs: a PrintableString. */
  serialNumber?: string | undefined;
}

/** A Name (RFC 5280, clause 4.1.2.4) of one organization and one common name, each in any script. */
export function makeName(
  organization: string,
  commonName: string,
  { country, serialNumber }: MoreOfName = {},
): pkijs.RelativeDistinguishedNames {
  const part = (type: string, value: asn1js.AsnType) =>
    new asn1js.Set({ value: [new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: type }), value] })] });
  const value = [
    ...(country === undefined ? [] : [part("2.5.4.6", new asn1js.PrintableString({ value: country }))]),
    part("2.5.4.10", new asn1js.Utf8String({ value: organization })),
    part("2.5.4.3", new asn1js.Utf8String({ value: commonName })),
    ...(serialNumber === undefined ? [] : [part("2.5.4.5", new asn1js.PrintableString({ value: serialNumber }))]),
  ];
  // Encoded and read again: pkijs would write the parts of a name made by hand into one RDN.
  return pkijs.RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value }).toBER());
}
