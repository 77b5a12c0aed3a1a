/**
 * Every reason that there is for an answer that is not yes: the code is for programs and for other languages, the
 * sentence is English. `{name}` stands for a value; `{detail}`, what a program tripped over, is said in English only.
 */
export const REASONS = {
  // Signatures and time stamps (CMS)
  not_asn1: "it is no ASN.1 structure",
  bytes_after: "bytes come after it",
  cms_unreadable: "its CMS structure cannot be read",
  stamp_unreadable: "its time stamp cannot be read",
  not_signed_data: "it is not CMS signed data",
  signers_not_one: "it does not have exactly one signer",
  digest_algorithm: "the digest algorithm {algorithm} is not accepted",
  too_many_certificates: "it brings too many certificates",
  content_type: "its content type is another",
  digest_mismatch: "the signed digest is not that of the bytes",
  signature_value: "the signature value was not made by the signer's key",
  attribute_not_once: "its attribute {attribute} is not there just once",
  signer_not_named: "its signer is not named by issuer and number",
  signer_certificate_missing: "the certificate of its signer did not come with it",
  signing_certificate: "its signing-certificate names another certificate than its signer's",
  several_stamps: "the signature has more than one time stamp",
  not_a_stamp: "it is no time-stamp token",
  imprint_algorithm: "the hash algorithm of its imprint is not accepted",
  stamp_time: "its time cannot be read",
  over_something_else: "it is over something else",
  stamp_usage: "its certificate is not for time stamping alone",
  stamp_certificate_ended: "the certificate of its authority was not valid when it says that it was made",
  later_stamp_earlier: "a later one says an earlier time than {time}",
  // Paths
  not_valid_then: "{subject} is valid from {from} to {to}, not at {time}",
  issued_by: "it was issued by {issuer}",
  // Revocation
  revocation_missing: "there is no answer and no list about it",
  revocation_other_issuer: "what is there is of another issuer, or is not signed by it",
  revocation_outdated: "what is there was no longer valid at {time}, or is too old",
  revocation_unreadable: "what is there cannot be read",
  revocation_not_listed: "the responder does not know it",
  crl_delta: "the revocation list is a delta list, which says only what changed",
  crl_indirect: "the revocation list is an indirect one, which speaks for other issuers",
  crl_partial: "the revocation list says that it is only a part, or holds something critical that is not understood",
  crl_removed: "the revocation list says that something was removed, which only a delta list may",
  crl_after_end: "the revocation list was made after the certificate's end, when it may have left it out",
  on_hold: "it was on hold since {time}",
  // The form of a signature in a PDF
  place_taken: "its place is that of another",
  no_own_object: "it is no object of its own",
  no_byte_range: "it has no true byte range",
  byte_range_outside: "its byte range is not one of the whole file",
  byte_range_gap: "its byte range leaves out something else than the signature",
  own_dictionary: "it does not cover its own dictionary",
  no_revision_end: "it does not end where a revision of the file ends",
  covers_others: "it covers bytes that are no part of its revision",
  dictionary_replaced: "its dictionary was replaced later",
  signature_kind: "signatures of the kind {kind} are not read",
  revisions_across: "the revisions lie across what it covers",
  own_references: "it does not cover its own cross-references",
  object_in_place: "an object lies in the place of the signature",
  object_beyond: "an object lies on the other side of its end",
  // What was changed later
  bytes_at_end: "bytes follow that are no revision",
  first_revision: "it is the first revision",
  not_continued: "it does not go on from the one before",
  older_object_stream: "an object is in an older object stream",
  object_elsewhere: "object {number} is not where it says",
  objects_overlap: "its objects lie in each other, or in an older revision",
  loose_bytes: "it holds bytes that are no object of it",
  revision_end: "it does not end as a revision",
  no_trailer: "it has no trailer",
  other_catalog: "it has another catalog",
  replaced: "{what} is another object",
  changed: "{what} is changed",
  added_to: "{what} has more in it",
  value_no_signature: "{what} is no signature",
  old_object_as_field: "an older object is used as a signature field",
  page_or_form_added: "something is added to a page or a form",
  field_key: "a new signature field has {key}",
  field_visible: "a new signature field can be seen",
  field_name_taken: "a new signature field has the name of another",
  field_empty: "a new signature field holds no signature",
  form_flags: "the form's flags are changed",
  extensions_changed: "the catalog's extensions are changed",
  extensions_gone: "the catalog's extensions are gone",
  validation_data_gone: "the validation data are gone",
  validation_data_foreign: "the validation data hold something else",
  validation_data_key: "the validation data have {key}",
  // Files and parts that cannot be judged
  part_not_supported: "it is of a kind that is not judged ({detail})",
  part_damaged: "it is damaged ({detail})",
  part_encrypted: "it is encrypted ({detail})",
  part_too_large: "it is too large ({detail})",
  part_not_understood: "it is not understood ({detail})",
  // The log
  entry_unreadable: "entry {index} cannot be read",
  entry_other_session: "entry {index} is of another session",
  entry_number: "entry {index} says that it is number {number}",
  entry_order: "entry {index} is not after the one before",
  entry_previous: "entry {index} names another one before it",
  entries_none: "there are none",
  other_log: "it is of the log {origin}",
  not_by_given_keys: "none of the keys that you gave for this log signed it",
  not_by_log_keys: "none of the log's keys signed it",
  note_unreadable: "it cannot be read ({detail})",
  other_session: "the session",
  other_organization: "the organization",
  other_log_named: "the log",
  other_entry: "entry {index}",
  other_item: "{id}",
  // OpenTimestamps
  ots_not_a_proof: "it does not begin as a proof",
  ots_version: "it is of version {version}, which is not known",
  ots_not_understood: "it cannot be followed ({detail})",
  ots_pending: "the calendars have it, and no block attests to it yet",
  ots_unknown: "it names only attestations of kinds that are not known",
  // Trusted lists
  list_unreadable: "it cannot be read",
  list_not_signed: "it is not signed",
  list_form: "its signature is not of the form that trusted lists have (ETSI TS 119 612, clause 5.7.1)",
  list_algorithm: "its signature uses {algorithm}, which is not accepted",
  list_digest: "it is not what was signed",
  list_signature: "the signature value was not made by its signer's key",
  list_signer_unknown: "no certificate that you gave, and no list of lists that holds, says that {signer} may sign it",
  list_signer_ended: "the certificate of its signer was not valid when it was issued",
  list_signing_certificate: "the signature names another certificate than its signer's",
  list_expired: "its next update was due at {time}",
  list_closed: "it says of itself that it is closed",
  list_not_yet: "it was issued at {time}, which is still to come",
  // Qualified
  no_lists: "you gave no trusted list that can be used",
  not_proven_who: "who signed, or when, is not proven",
  issuer_not_listed: "its issuer is no service of these lists",
  not_granted: "the service {service} was not granted at {time}",
  other_purpose: "the service {service} is not listed for such signatures",
  service_conditions: "the list sets conditions on the service {service} that are not judged",
  no_qc_compliance: "its certificate does not say that it is qualified (QcCompliance)",
  no_qc_device: "its certificate does not say that the key is in a qualified device (QcSSCD)",
  qc_type: "its certificate is for neither electronic signatures nor seals (QcType)",
} as const;
export type ReasonCode = keyof typeof REASONS;

/** Why something is so: `code` and `values` for programs and translations, `text` in English. */
export interface Reason {
  code: ReasonCode;
  text: string;
  values: Readonly<Record<string, string>>;
}

export function because(code: ReasonCode, values: Readonly<Record<string, string>> = {}): Reason {
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, printable(value)]));
  return { code, text: fill(REASONS[code], shown), values: shown };
}

/** Puts values in the places that a sentence has for them. */
export function fill(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** Words of a stranger, made safe to print: no control or format characters, and not endless. */
export function printable(text: string): string {
  const safe = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
  return safe.length > 300 ? `${safe.slice(0, 300)}…` : safe;
}

/** What something does not hold to. */
export class ReasonError extends Error {
  readonly reason: Reason;

  constructor(code: ReasonCode, values: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    const reason = because(code, values);
    super(reason.text, options);
    this.reason = reason;
  }
}
