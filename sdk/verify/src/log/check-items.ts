import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { HASHES } from "../digest-ranges.ts";
import { type Finding, finding } from "../report.ts";
import { type CheckedLog, hex } from "./check-log.ts";

/** The entries that say that something came to be, and of which kind it is. */
const ADDED = new Map([
  ["evidence.added", "evidence_item"],
  ["recording.ready", "recording"],
  ["signature.drawn", "participant_signature"],
  ["chat.sent", "chat_message"],
]);

/**
 * Compares what a manifest lists with what the entries say was added, both ways: nothing left out, nothing slipped in,
 * each with the hash that the log has.
 */
export function checkItems(manifest: EvidenceManifest, log: CheckedLog): Finding[] {
  const logged = new Map<string, { type: string; hashes: Set<string> }>();
  for (const { action, object, object_hash } of log.entries) {
    if (!object || object_hash === null || ADDED.get(action) !== object.type) continue;
    const known = logged.get(object.id) ?? { type: object.type, hashes: new Set() };
    known.hashes.add(object_hash);
    logged.set(object.id, known);
  }
  const findings: Finding[] = [];
  const messages = manifest.messages.map(({ id, text }) => ({ id, sha256: text === null ? null : hashOf(text) }));
  const withheld = new Set(messages.flatMap(({ id, sha256 }) => (sha256 === null ? id : [])));
  const listed = [...manifest.items, ...manifest.recordings, ...manifest.participant_signatures, ...messages];
  const ids = new Set(listed.map(({ id }) => id));
  let count = 0;
  for (const item of listed) {
    const { hashes, type } = logged.get(item.id) ?? {};
    if (withheld.has(item.id) && type === "chat_message") {
      findings.push(finding("yes", "message_withheld", { id: item.id }));
      continue;
    }
    // A recording that could not be finalised has neither a hash nor an entry.
    if (item.sha256 === null && !hashes && !withheld.has(item.id)) continue;
    if (!hashes) findings.push(finding("no", "item_unlogged", { id: item.id }));
    else if (item.sha256 === null || !hashes.has(item.sha256))
      findings.push(finding("no", "item_altered", { id: item.id }));
    else count++;
  }
  if (ids.size !== listed.length) findings.push(finding("no", "item_twice"));
  // A participant may draw more than once: the last one counts.
  for (const [id, { type }] of logged) {
    if (!ids.has(id) && type !== "participant_signature") findings.push(finding("no", "item_missing", { id }));
  }
  if (!findings.some(({ verdict }) => verdict === "no"))
    findings.push(finding("yes", "items_complete", { amount: String(count) }));
  return findings;
}

/** As the log has it of a message. */
function hashOf(text: string): string {
  return hex(HASHES["SHA-256"](new TextEncoder().encode(text)));
}
