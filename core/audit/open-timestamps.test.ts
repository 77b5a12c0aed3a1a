import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addStep,
  bitcoinHeight,
  listAttestations,
  mergeTimestamps,
  newTimestamp,
  OpenTimestampsError,
  readDetached,
  readTimestamp,
  type Timestamp,
  writeDetached,
  writeTimestamp,
} from "./open-timestamps.ts";

const DIGEST = new Uint8Array(createHash("sha256").update("a checkpoint").digest());
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** One branch that waits for its calendar, one that is in a block, one of a kind that nobody knows. */
function sample(): Timestamp {
  const timestamp = newTimestamp(DIGEST);
  const hidden = addStep(addStep(timestamp, { name: "append", argument: Buffer.alloc(16, 7) }), { name: "sha256" });
  const waiting = addStep(hidden, { name: "append", argument: Buffer.from("one") });
  waiting.attestations.push({ kind: "pending", uri: "https://a.calendar.example.com" });
  const done = addStep(addStep(hidden, { name: "prepend", argument: Buffer.from("two") }), { name: "sha256" });
  done.attestations.push({ kind: "bitcoin", height: 358_391 });
  done.attestations.push({ kind: "unknown", tag: "0102030405060708", payload: Uint8Array.of(1, 2, 3) });
  return timestamp;
}

describe("an OpenTimestamps proof", () => {
  test("is read as it was written, operations applied", () => {
    const file = writeDetached(sample());
    const read = readDetached(file);
    expect(hex(read.message)).toBe(hex(DIGEST));
    expect(hex(writeDetached(read))).toBe(hex(file));
    expect(bitcoinHeight(read)).toBe(358_391);
    const found = listAttestations(read);
    expect(found.map(({ attestation }) => attestation.kind).sort()).toEqual(["bitcoin", "pending", "unknown"]);
    const hidden = Buffer.from(sha256(Buffer.concat([DIGEST, Buffer.alloc(16, 7)])), "hex");
    const block = found.find(({ attestation }) => attestation.kind === "bitcoin");
    expect(block && hex(block.at.message)).toBe(sha256(Buffer.concat([Buffer.from("two"), hidden])));
  });

  test("begins with the format's magic bytes, version and hash function", () => {
    const magic = "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294";
    expect(hex(writeDetached(sample())).startsWith(`${magic}0108${hex(DIGEST)}`)).toBe(true);
  });

  test("takes in what another proof of the same message knows, once, and nothing of another message", () => {
    const [one, other] = [sample(), sample()];
    addStep(other, { name: "sha256" }).attestations.push({ kind: "bitcoin", height: 100 });
    mergeTimestamps(one, other);
    mergeTimestamps(one, other);
    expect(listAttestations(one)).toHaveLength(4);
    expect(bitcoinHeight(one)).toBe(100);
    expect(() => mergeTimestamps(one, newTimestamp(Uint8Array.of(1)))).toThrow(OpenTimestampsError);
  });

  test("knows every operation of the format", () => {
    const message = Buffer.from("message");
    const results = (["sha1", "ripemd160", "sha256", "reverse", "hexlify", "keccak256"] as const).map((name) =>
      hex(addStep(newTimestamp(message), { name }).message),
    );
    expect(results.slice(0, 3)).toEqual(
      ["sha1", "ripemd160", "sha256"].map((name) => createHash(name).update(message).digest("hex")),
    );
    expect(results[3]).toBe(hex(Buffer.from("egassem")));
    expect(Buffer.from(results[4] ?? "", "hex").toString()).toBe(message.toString("hex"));
    expect(results[5]).toHaveLength(64);
  });
});

describe("what is no proof is refused, and never more than that", () => {
  const file = writeDetached(sample());

  test("cut off anywhere, or with anything behind its end", () => {
    for (let length = 0; length < file.length; length += 1) {
      expect(() => readDetached(file.subarray(0, length))).toThrow(OpenTimestampsError);
    }
    expect(() => readDetached(Buffer.concat([file, Buffer.of(0)]))).toThrow("behind its end");
  });

  test("another version, hash function, operation, address, or a number that is not in its shortest form", () => {
    const altered = (at: number, byte: number) => Uint8Array.from(file, (old, index) => (index === at ? byte : old));
    expect(() => readDetached(altered(0, 1))).toThrow("no OpenTimestamps proof");
    expect(() => readDetached(altered(31, 2))).toThrow("version");
    expect(() => readDetached(altered(32, 3))).toThrow("no SHA-256");
    expect(() => readTimestamp(Buffer.from("44", "hex"), DIGEST)).toThrow("operation 0x44");
    expect(() => readTimestamp(Buffer.from("f000", "hex"), DIGEST)).toThrow("no argument");
    const pending = (uri: string) => {
      const timestamp = newTimestamp(DIGEST);
      timestamp.attestations.push({ kind: "pending", uri });
      return writeTimestamp(timestamp);
    };
    expect(() => readTimestamp(pending("https://a.example.com/?q=1"), DIGEST)).toThrow("characters");
    expect(() => readTimestamp(pending(`https://${"a".repeat(1000)}`), DIGEST)).toThrow("too long");
    expect(() => readTimestamp(Buffer.from("000588960d73d71901028000", "hex"), DIGEST)).toThrow("shortest");
    expect(() => writeTimestamp(newTimestamp(DIGEST))).toThrow("says nothing");
  });

  test("nested, forked or grown beyond the limits", () => {
    const deep = Buffer.concat([Buffer.alloc(300, 0x08), Buffer.from("000588960d73d7190101", "hex")]);
    expect(() => readTimestamp(deep, DIGEST)).toThrow("too deeply");
    const forks = Buffer.concat(Array.from({ length: 1_001 }, () => Buffer.from("ff000588960d73d719010101", "hex")));
    expect(() => readTimestamp(forks, DIGEST)).toThrow("too many");
    const grown = Buffer.concat([Buffer.alloc(8, 0xf3), Buffer.from("000588960d73d7190101", "hex")]);
    expect(() => readTimestamp(grown, DIGEST)).toThrow("message is too long");
    expect(() => readTimestamp(new Uint8Array(300_000), DIGEST)).toThrow("it is too long");
  });

  test("any bytes, and any genuine proof with a byte changed, are read or refused", () => {
    const readOrRefuse = (bytes: Uint8Array) => {
      try {
        return writeDetached(readDetached(bytes)).length > 0;
      } catch (error) {
        return error instanceof OpenTimestampsError;
      }
    };
    const header = file.subarray(0, 65);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => {
        expect(readOrRefuse(Buffer.concat([header, tail]))).toBe(true);
        expect(readOrRefuse(tail)).toBe(true);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, byte) => {
        expect(readOrRefuse(Uint8Array.from(file, (old, index) => (index === at ? byte : old)))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
