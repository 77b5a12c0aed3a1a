import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  NoteError,
  type NoteSigner,
  readCheckpoint,
  signCheckpoint,
  verifierKey,
  verifyCheckpoint,
} from "./checkpoint-note.ts";

/** The example of the format's first implementation, golang.org/x/mod/sumdb/note. */
const EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const EXAMPLE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;
const ORIGIN = "inspect.example.com/audit/7";
const HEAD = { origin: ORIGIN, size: 42, root: new Uint8Array(32).fill(9) };

function newSigner(name = ORIGIN): NoteSigner {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    name,
    publicKey: new Uint8Array(publicKey.export({ format: "der", type: "spki" }).subarray(-32)),
    sign: async (text) => new Uint8Array(sign(null, text, privateKey)),
  };
}

describe("a signed note", () => {
  test("of another implementation verifies, and not with one character changed", async () => {
    expect(await verifyCheckpoint(EXAMPLE, EXAMPLE_KEY)).toBe(true);
    expect(await verifyCheckpoint(EXAMPLE.replace("answer", "Answer"), EXAMPLE_KEY)).toBe(false);
  });

  test("keeps what a checkpoint says", async () => {
    const signer = newSigner();
    const note = await signCheckpoint(HEAD, signer);
    expect(readCheckpoint(note)).toEqual(HEAD);
    expect(await verifyCheckpoint(note, verifierKey(ORIGIN, signer.publicKey))).toBe(true);
  });

  test("holds by one of several signatures, and by none twice", async () => {
    const [signer, other] = [newSigner(), newSigner()];
    const note = await signCheckpoint(HEAD, signer);
    const witness = (await signCheckpoint(HEAD, other)).split("\n").slice(-2).join("\n");
    const key = verifierKey(ORIGIN, signer.publicKey);
    expect(await verifyCheckpoint(note + witness, key)).toBe(true);
    expect(await verifyCheckpoint(note, verifierKey(ORIGIN, other.publicKey))).toBe(false);
    expect(await verifyCheckpoint(note + note.split("\n").slice(-2).join("\n"), key)).toBe(false);
  });

  test("is signed in the name of its own log alone", async () => {
    await expect(signCheckpoint(HEAD, newSigner("elsewhere.example.com/audit/7"))).rejects.toThrow(NoteError);
  });

  test.each([
    ["an empty text", ""],
    ["no signature", `${ORIGIN}\n42\n${"A".repeat(43)}=\n`],
    ["no end of line", EXAMPLE.slice(0, -1)],
    ["a signature that is no base64", EXAMPLE.replace("x08go", "x08g*")],
    ["something behind the signatures", `${EXAMPLE}and more\n`],
  ])("with %s is refused", async (_, text) => {
    await expect(verifyCheckpoint(text, EXAMPLE_KEY)).rejects.toThrow(NoteError);
    expect(() => readCheckpoint(text)).toThrow(NoteError);
  });

  test.each(["-1", "042", "1e3", "9007199254740993", "4.2", ""])("of the size %j is no checkpoint", async (size) => {
    const note = (await signCheckpoint(HEAD, newSigner())).replace("\n42\n", `\n${size}\n`);
    expect(() => readCheckpoint(note)).toThrow(NoteError);
  });

  test.each([
    ["another key's id", EXAMPLE_KEY.replace("c74f20a3", "c74f20a4")],
    ["another kind of key", EXAMPLE_KEY.replace("ARpc", "AhpC")],
    ["nothing", ""],
  ])("is not verified by a key with %s", async (_, key) => {
    await expect(verifyCheckpoint(EXAMPLE, key)).rejects.toThrow(NoteError);
  });
});
