import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import type { Hash } from "./merkle-tree.ts";

/*
 * A checkpoint: the signed head of a log's tree, as a text (C2SP tlog-checkpoint and signed-note). By Web Crypto alone, so
 * that it is read in a browser as on a server.
 */

/** What a checkpoint says. */
export interface TreeHead {
  /** Which log it is of: a host and path without scheme. */
  origin: string;
  size: number;
  root: Hash;
}

/** Whoever signs a log's checkpoints. The name is the log's origin. */
export interface NoteSigner {
  name: string;
  /** 32 bytes of Ed25519 (RFC 8032). */
  publicKey: Uint8Array;
  sign(text: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** What a note does not hold to. */
export class NoteError extends Error {
  override readonly name = "NoteError";
}

const ED25519 = 1;
const MAX_NOTE_LENGTH = 64 * 1024;
const encoder = new TextEncoder();

/** The whole note: the head, an empty line, and its signature. */
export async function signCheckpoint(head: TreeHead, signer: NoteSigner): Promise<string> {
  if (signer.name !== head.origin) throw new NoteError("a checkpoint is signed in the name of its log");
  const text = `${head.origin}\n${head.size}\n${toBase64(head.root)}\n`;
  const signature = await signer.sign(encoder.encode(text));
  return `${text}\n— ${signer.name} ${toBase64(concatBytes(keyId(signer.name, signer.publicKey), signature))}\n`;
}

/** What others are given of a key: `name+keyid+base64`. */
export function verifierKey(name: string, publicKey: Uint8Array): string {
  return `${name}+${bytesToHex(keyId(name, publicKey))}+${toBase64(concatBytes(Uint8Array.of(ED25519), publicKey))}`;
}

/** @throws {NoteError} where the text is no verifier key of Ed25519. */
export function readVerifierKey(text: string): { name: string; publicKey: Uint8Array<ArrayBuffer> } {
  // The base64 may hold plus signs too, and the name may not.
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const key = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || key?.[0] !== ED25519 || key.length !== 33) throw new NoteError("it is no verifier key");
  const publicKey = key.slice(1);
  if (verifierKey(name, publicKey).split("+")[1] !== id) throw new NoteError("the verifier key's id is not its own");
  return { name, publicKey };
}

/** What a checkpoint says, unverified. @throws {NoteError} where it is no checkpoint. */
export function readCheckpoint(note: string): TreeHead {
  if (note.length > MAX_NOTE_LENGTH) throw new NoteError("the checkpoint is too long");
  const [origin, size, root] = splitNote(note).text.split("\n");
  const hash = root === undefined ? undefined : fromBase64(root);
  const isSize = size !== undefined && /^(0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
  if (!origin || !isSize || hash?.length !== 32) throw new NoteError("it is no checkpoint");
  return { origin, size: Number(size), root: hash };
}

/**
 * Whether the note has a signature by this verifier key that holds. Signatures by keys that are not known mean nothing,
 * as the note's format has it.
 *
 * @throws {NoteError} where note or key cannot be read.
 */
export async function verifyCheckpoint(note: string, key: string): Promise<boolean> {
  const { name, publicKey } = readVerifierKey(key);
  const { text, signatures } = splitNote(note);
  const id = keyId(name, publicKey);
  const mine = signatures.filter((line) => line.name === name && id.every((byte, i) => line.value[i] === byte));
  const [signature] = mine;
  if (mine.length !== 1 || signature?.value.length !== 68) return false;
  const imported = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature.value.slice(4), encoder.encode(text));
}

interface Signature {
  name: string;
  /** The key's id of 4 bytes, and the signature. */
  value: Uint8Array<ArrayBuffer>;
}

function splitNote(note: string): { text: string; signatures: Signature[] } {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw new NoteError("it is no signed note");
  const lines = note.slice(end + 2, -1).split("\n");
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^— ([^+\s]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    const value = encoded === undefined ? undefined : fromBase64(encoded);
    if (name === undefined || value === undefined) throw new NoteError("a signature line cannot be read");
    return { name, value };
  });
  return { text: note.slice(0, end + 1), signatures };
}

function keyId(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concatBytes(encoder.encode(`${name}\n`), Uint8Array.of(ED25519), publicKey)).slice(0, 4);
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Undefined for anything but the one base64 text of some bytes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const decoded = atob(text);
  if (btoa(decoded) !== text) return undefined;
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
}
