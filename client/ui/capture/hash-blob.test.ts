import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashBlob } from "./hash-blob.ts";

describe("the hash of a capture", () => {
  it("is SHA-256 of its bytes (FIPS 180-4, the example of one block)", async () => {
    expect(await hashBlob(new Blob(["abc"]))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("is that of no bytes for an empty file", async () => {
    expect(await hashBlob(new Blob([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("is the same for a large file, which is read piece by piece", async () => {
    const bytes = Buffer.alloc(33 * 1024 * 1024 + 7, "inspection");
    expect(await hashBlob(new Blob([bytes]))).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});
