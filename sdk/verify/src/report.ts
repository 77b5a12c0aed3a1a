import { because, fill, printable, type Reason } from "./reasons.ts";

/** An answer: it holds, it does not, or it is not known, which is never as good as yes. */
export type Verdict = "yes" | "no" | "unknown";

/** One thing that was looked at, and what was found. `code` is for programs; `text` says it in English. */
export interface Finding {
  verdict: Verdict;
  code: FindingCode;
  text: string;
  /** What the text names, so that it can be said in another language. */
  values: Readonly<Record<string, string>>;
  /** Why, where the text gives a reason. */
  reason: Reason | null;
}

/** A question with its answer: "no" where one finding is, else "unknown" where one is or nothing was found. */
export interface Answer {
  verdict: Verdict;
  findings: Finding[];
}

/** How far a signature's proof reaches (ETSI EN 319 142-1, clause 6). */
export type Baseline = "B-B" | "B-T" | "B-LT" | "B-LTA";

/** One signature of the document, or one time stamp over it. */
export interface SignatureSummary {
  kind: "signature" | "document_time_stamp";
  /** Subject of its certificate; null where it could not be read. */
  signer: string | null;
  /** Subject of the root that its certificate leads to; null where it leads to none that the caller gave. */
  root: string | null;
  /** The time of its proven time stamp, RFC 3339; null where none is proven. */
  time: string | null;
  /** Null for a time stamp, and for a signature that does not hold. */
  baseline: Baseline | null;
  /** Whether one of its certificates is of a development authority, which proves nothing outside of one machine. */
  development: boolean;
}

export interface Report {
  format: "pdf" | "bundle";
  /** Yes only where every answer is. */
  verdict: Verdict;
  answers: {
    /** Nothing that is covered was altered. */
    integrity: Answer;
    /** Who signed, up to a root that the caller trusts, with certificates that were not revoked. */
    identity: Answer;
    /** When it existed at the latest. */
    time: Answer;
    /** Which level is truly reached. */
    level: Answer;
    /** What came after the signature. */
    changes: Answer;
    /** Nothing was left out, up to the newest anchor. */
    completeness: Answer;
  };
  /** Of the whole document: the lowest of its signatures; null where none holds. */
  baseline: Baseline | null;
  /** What is qualified (Regulation (EU) No 910/2014): yes where the trusted lists prove it, else not known, and why. */
  qualified: {
    /** Every signature is a qualified electronic signature or seal. */
    signature: Answer;
    /** Every time stamp is a qualified one. */
    time: Answer;
    /** Which of the trusted lists count. */
    lists: Finding[];
  };
  /** Whether anything that it stands on is of a development authority. */
  development: boolean;
  signatures: SignatureSummary[];
  session: {
    id: string;
    reference: string;
    organization: string;
    /** SHA-256 of the newest entry that the document lists, as its pages print it; null where there is none. */
    newest_entry: string | null;
  } | null;
  counts: { items: number; entries: number; files: number };
  /** The time up to which the log is anchored, RFC 3339; null where no anchor is proven. */
  anchored_until: string | null;
  /** What is said by the file and not proven by it. */
  not_proven: Finding[];
}

export const QUESTIONS = ["integrity", "identity", "time", "level", "changes", "completeness"] as const;
export type Question = (typeof QUESTIONS)[number];

/** Every finding there is, with what it says; `{name}` stands for a value. */
export const FINDINGS = {
  // Integrity
  no_signature: "The document is not signed.",
  signature_holds: "The signature of {signer} holds over all bytes that it covers.",
  signature_broken: "The signature {field} does not hold: {reason}.",
  document_stamp_holds: "The document time stamp of {signer} holds over all bytes that it covers.",
  file_matches: "{amount} files of the bundle are those that the manifest names, byte for byte.",
  file_missing: "The file {path} is missing in the bundle.",
  file_altered: "The file {path} is not the one that the manifest names.",
  file_unknown: "The file {path} is not named by the manifest.",
  manifest_differs: "The bundle's manifest says otherwise than the one in the signed document: {reason}.",
  // Identity
  signer_trusted: "{signer} is certified by {root}, which you trust.",
  signer_not_trusted: "{signer}: no path leads to a root that you gave: {reason}.",
  no_roots: "You gave no roots to trust: who signed is not known.",
  not_revoked: "The certificate of {subject} was not revoked at {time}.",
  revoked: "The certificate of {subject} was revoked at {time}.",
  revocation_unknown: "Whether the certificate of {subject} was revoked is not known: {reason}.",
  signer_usage: "The certificate of {subject} is not for signing documents.",
  no_holding_signature: "No signature holds: nobody can be named.",
  // Time
  signature_stamped: "{authority} stamped the signature at {time}.",
  document_stamped: "{authority} stamped the document at {time}.",
  stamp_broken: "A time stamp does not hold: {reason}.",
  stamp_not_trusted: "The time stamp of {authority} leads to no root that you gave: {reason}.",
  stamp_expired: "The certificate of {authority} ended at {time}, and no later time stamp covers it.",
  no_stamp: "No time stamp proves when it was signed; the time in the document is only claimed.",
  order_broken: "The times of the stamps contradict each other: {reason}.",
  // Level
  level_reached: "The signature of {signer} reaches PAdES {baseline}.",
  level_none: "No level is reached.",
  development: "Made with the development authority: it proves nothing outside of the machine that made it.",
  // Qualified
  list_used: "The trusted list of {territory}, issued at {time}, is signed by who may sign it.",
  list_not_used: "The trusted list of {territory} says nothing: {reason}.",
  qualified_signature: "{signer} made a qualified electronic signature.",
  qualified_seal: "{signer} made a qualified electronic seal.",
  not_qualified: "Whether {signer} made a qualified signature is not known: {reason}.",
  qualified_stamp: "The time stamp of {authority} at {time} is qualified.",
  stamp_not_qualified: "Whether the time stamp of {authority} is qualified is not known: {reason}.",
  // Changes
  no_changes: "Nothing was added after the last signature.",
  allowed_changes: "{amount} later revisions hold only what signatures need.",
  forbidden_change: "A revision after the signature of {signer} changes the document: {reason}.",
  changes_unknown: "What was signed is not known, so neither is what came after.",
  // Completeness
  no_manifest: "The file holds no evidence manifest: whether something is missing is not known.",
  manifest_unreadable: "The evidence manifest cannot be read: {reason}.",
  entries_complete: "{amount} entries of the session are there, without a hole.",
  entries_hole: "Entries of the session are missing or out of order: {reason}.",
  entry_not_included: "Entry {sequence} is not in the log as its checkpoint has it.",
  entries_included: "All {amount} entries are in the log as its checkpoint has it.",
  checkpoint_holds: "The checkpoint of {origin} is signed by a key that you gave.",
  checkpoint_by_document: "The checkpoint of {origin} is signed by the key that the signed document names.",
  checkpoint_unknown: "The checkpoint of {origin} is signed by a key that nobody you trust has named.",
  checkpoint_broken: "The checkpoint does not hold: {reason}.",
  earlier_inconsistent: "An earlier checkpoint is not the beginning of this log.",
  anchored: "{authority} stamped the log up to entry {size} at {time}.",
  anchor_broken: "An anchor of {authority} does not hold: {reason}.",
  anchor_not_trusted: "The anchor of {authority} leads to no root that you gave: {reason}.",
  anchor_not_checked:
    "An OpenTimestamps proof says that block {height} attests to the checkpoint; check it with the client of OpenTimestamps.",
  anchor_unproven: "An OpenTimestamps proof proves nothing yet: {reason}.",
  not_anchored: "No anchor proves when the log was like this.",
  items_complete: "{amount} items are those of the entries.",
  item_missing: "{id} is in the log and not in the manifest.",
  item_twice: "An item is in the manifest twice.",
  item_altered: "{id} is in the manifest with another hash than in the log.",
  item_unlogged: "{id} is in the manifest and not in the log.",
  item_deleted: "{id} was deleted by the organization; its entries and hash stay.",
  message_withheld:
    "The text of {id} is not given: it was erased, or is a note of the organization's own people. Its entry and hash stay.",
  // What is not proven
  after_anchor: "Entries from {sequence} on are not covered by a proven anchor.",
  not_everything: "That everything that happened was recorded is not proven.",
  device_claims: "Positions and device times are what the device said.",
  report_text: "What the pages say in words is the organization's statement.",
} as const;
export type FindingCode = keyof typeof FINDINGS;

/** A finding with its English sentence. */
export function finding(
  verdict: Verdict,
  code: FindingCode,
  values: Readonly<Record<string, string>> = {},
  reason: Reason | null = null,
): Finding {
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, printable(value)]));
  return { verdict, code, text: fill(FINDINGS[code], { ...shown, reason: reason?.text ?? "" }), values: shown, reason };
}

/** How many findings an answer lists: a file can be wrong in a million places. */
const MAX_FINDINGS = 1000;
const WORST_FIRST: readonly Verdict[] = ["no", "unknown", "yes"];

/** The answer that findings give together; of too many, the worst are listed. */
export function answer(findings: readonly Finding[]): Answer {
  const verdict = together(findings.map((each) => each.verdict));
  if (findings.length <= MAX_FINDINGS) return { verdict, findings: [...findings] };
  const sorted = WORST_FIRST.flatMap((each) => findings.filter((found) => found.verdict === each));
  return { verdict, findings: sorted.slice(0, MAX_FINDINGS) };
}

/** The worst of several; not known where there are none. */
export function together(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.length === 0 || verdicts.includes("unknown") ? "unknown" : "yes";
}

export type UnreadableCode = "not_supported" | "damaged" | "encrypted" | "too_large" | "not_understood";

/** The file is not what can be judged: neither a yes nor a no. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, message: string, options?: ErrorOptions) {
    super(printable(message), options);
    this.code = code;
  }

  /** As the reason of an answer about the whole, of which this is a part. */
  get reason(): Reason {
    return because(`part_${this.code}`, { detail: this.message });
  }
}
