import { createHash } from "node:crypto";
import type { EvidenceManifest } from "@nexbasira/core/contract/evidence-manifest.ts";
import { describe, expect, test } from "vitest";
import { sampleManifest } from "../../../../test/helpers/sample-manifest.ts";
import { checkItems } from "./check-items.ts";
import type { CheckedLog } from "./check-log.ts";

const TEXT = "Ukažte prosím okno zblízka 👍";

/** A log with an entry for one message of this text. */
function logOf(text: string): CheckedLog {
  return {
    findings: [],
    notProven: [],
    entries: [
      {
        sequence: 4,
        session_sequence: 0,
        previous_hash: "",
        session_id: "sess_1",
        action: "chat.sent",
        object: { type: "chat_message", id: "m1" },
        object_hash: createHash("sha256").update(text).digest("hex"),
      },
    ],
    anchoredUntil: null,
    development: false,
  };
}

async function judge(messages: EvidenceManifest["messages"], log = logOf(TEXT)) {
  const findings = checkItems(await sampleManifest({ messages }), log);
  return findings.map(({ verdict, code }) => `${verdict} ${code}`);
}

describe("the chat of a manifest", () => {
  test("is what the log has the hashes of", async () => {
    expect(await judge([{ id: "m1", name: "Jan", text: TEXT }])).toEqual(["yes items_complete"]);
  });

  test("with another text, without a message, or with one more does not hold", async () => {
    expect(await judge([{ id: "m1", name: "Jan", text: `${TEXT}!` }])).toEqual(["no item_altered"]);
    expect(await judge([])).toEqual(["no item_missing"]);
    const message = { id: "m1", name: "Jan", text: TEXT };
    expect(await judge([message, { ...message, id: "m2" }])).toEqual(["no item_unlogged"]);
    expect(await judge([message, message])).toEqual(["no item_twice"]);
  });

  test("may lack a text that was erased, where the log has its entry", async () => {
    const erased = { name: "", text: null };
    expect(await judge([{ ...erased, id: "m1" }])).toEqual(["yes message_withheld", "yes items_complete"]);
    expect(await judge([{ ...erased, id: "m2" }])).toEqual(["no item_unlogged", "no item_missing"]);
    // A text cannot be there and be erased.
    expect(
      await judge([
        { id: "m1", name: "Jan", text: TEXT },
        { ...erased, id: "m1" },
      ]),
    ).toContain("no item_twice");
  });
});
