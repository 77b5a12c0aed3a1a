import { addStep, newTimestamp, type Timestamp, writeDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { expect, test } from "vitest";
import { checkOpenTimestamps } from "./check-open-timestamps.ts";

const DIGEST = Uint8Array.from({ length: 32 }, (_, i) => i);

function proof(attest: (timestamp: Timestamp) => void, message = DIGEST): Uint8Array {
  const timestamp = newTimestamp(message);
  attest(addStep(timestamp, { name: "sha256" }));
  return writeDetached(timestamp);
}
const pending = proof(({ attestations }) => attestations.push({ kind: "pending", uri: "https://calendar.example" }));
const unknown = proof(({ attestations }) =>
  attestations.push({ kind: "unknown", tag: "0123456789abcdef", payload: Uint8Array.of(1) }),
);
const bitcoin = proof(({ attestations }) => {
  attestations.push({ kind: "pending", uri: "https://calendar.example" }, { kind: "bitcoin", height: 800_001 });
  attestations.push({ kind: "bitcoin", height: 800_000 });
});
const deep = Uint8Array.from([...pending.subarray(0, 65), ...Array<number>(300).fill(0x08), ...pending.subarray(66)]);
const change = (at: number, value: number) => pending.map((byte, i) => (i === at ? value : byte));

test.each([
  ["nothing at all", new Uint8Array(), "ots_not_a_proof"],
  ["another header", change(5, 0), "ots_not_a_proof"],
  ["a cut header", pending.subarray(0, 20), "ots_not_a_proof"],
  ["another version", change(31, 2), "ots_version"],
  ["no version", pending.subarray(0, 31), "ots_version"],
  ["another digest algorithm", change(32, 2), "ots_not_understood"],
  ["a cut end", pending.subarray(0, -3), "ots_not_understood"],
  ["operations that lie too deep", deep, "ots_not_understood"],
  ["an operation that is not known", change(65, 0x77), "ots_not_understood"],
  ["calendars alone", pending, "ots_pending"],
  ["kinds of attestations that are not known", unknown, "ots_unknown"],
])("a proof is not known, and says why: %s", (_name, bytes, reason) => {
  const found = checkOpenTimestamps(bytes, DIGEST);
  expect(found).toMatchObject({ verdict: "unknown", code: "anchor_unproven", reason: { code: reason } });
  expect(found.text).toContain(found.reason?.text);
});

test("a proof with a block names the first one, which is for the client of OpenTimestamps to check", () => {
  expect(checkOpenTimestamps(bitcoin, DIGEST)).toMatchObject({
    verdict: "unknown",
    code: "anchor_not_checked",
    values: { height: "800000" },
  });
});

test("a proof of something else is none", () => {
  expect(checkOpenTimestamps(bitcoin, DIGEST.toReversed())).toMatchObject({
    verdict: "no",
    reason: { code: "over_something_else" },
  });
});
