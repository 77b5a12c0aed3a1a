import { EvidenceManifest, MANIFEST_NAME } from "@nexbasira/core/contract/evidence-manifest.ts";
import * as pkijs from "pkijs";
import { readDer } from "../cms/der.ts";
import type { RevocationData } from "../cms/revocation.ts";
import { Unreadable } from "../report.ts";
import { decodeStream } from "./decode-stream.ts";
import type { View } from "./document.ts";
import { isDict, Stream, Text, type Value } from "./objects.ts";

const MAX_MANIFEST = 64 * 1024 * 1024;
/** Of each of the lists of a DSS, and associated files that are looked at. */
const MAX_STREAMS = 500;
/** Each is a signature with paths to look for. */
const MAX_ANCHORS = 512;
/** Of all validation data of all revisions, decoded, in bytes. */
const MAX_DATA = 64 * 1024 * 1024;

export interface ValidationData extends RevocationData {
  certificates: pkijs.Certificate[];
}

/**
 * Reads what a revision's DSS holds (ETSI EN 319 142-1, clause 5.4.2). What is no certificate there is left out. Revisions
 * share most of it, and lists may name one stream a thousand times: each is decoded once.
 */
export function validationDataReader(): (view: View) => Promise<ValidationData> {
  const decoded = new Map<Stream, Uint8Array>();
  const certificates = new Map<Uint8Array, pkijs.Certificate | undefined>();
  let left = MAX_DATA;
  const decode = async (stream: Stream) => {
    const known = decoded.get(stream);
    if (known) return known;
    const data = await decodeStream(stream, left);
    left -= data.length;
    decoded.set(stream, data);
    return data;
  };
  const read = async (view: View, key: string) => {
    const catalog = view.look(view.root);
    const dss = isDict(catalog) ? view.look(catalog.get("DSS")) : null;
    const list = isDict(dss) ? view.look(dss.get(key)) : null;
    const streams = Array.isArray(list) ? list.slice(0, MAX_STREAMS).map((each) => view.look(each)) : [];
    const found = new Set<Uint8Array>();
    for (const each of streams) if (each instanceof Stream) found.add(await decode(each));
    return [...found];
  };
  return async (view) => {
    const found = (await read(view, "Certs")).flatMap((der) => {
      if (!certificates.has(der)) certificates.set(der, readCertificate(der));
      return certificates.get(der) ?? [];
    });
    return { certificates: found, ocsps: await read(view, "OCSPs"), crls: await read(view, "CRLs") };
  };
}

function readCertificate(der: Uint8Array): pkijs.Certificate | undefined {
  try {
    return new pkijs.Certificate({ schema: readDer(der) });
  } catch {
    // No path leads over it.
    return undefined;
  }
}

/** The manifest that a revision has attached, as an associated file of the catalog; undefined where there is none. */
export async function readManifest(view: View): Promise<EvidenceManifest | undefined | Unreadable> {
  const catalog = view.look(view.root);
  const files = isDict(catalog) ? view.look(catalog.get("AF")) : null;
  for (const each of Array.isArray(files) ? files.slice(0, MAX_STREAMS) : []) {
    const file = view.look(each);
    if (!isDict(file) || nameOf(view.look(file.get("UF") ?? file.get("F"))) !== MANIFEST_NAME) continue;
    const embedded = view.look(file.get("EF"));
    const stream = isDict(embedded) ? view.look(embedded.get("UF") ?? embedded.get("F")) : null;
    if (!(stream instanceof Stream)) return new Unreadable("damaged", "the attached manifest is not there");
    return parseManifest(await decodeStream(stream, MAX_MANIFEST));
  }
  return undefined;
}

/** Reads a manifest's bytes; what is wrong with them is an answer, not an error. */
export function parseManifest(bytes: Uint8Array): EvidenceManifest | Unreadable {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const written = countMembers(text);
    if (written === undefined) return new Unreadable("too_large", "it holds too much, or lies too deep in itself");
    const json: unknown = JSON.parse(text);
    if (!isUnambiguous(json, written))
      return new Unreadable("damaged", "it says something twice, or holds half a character");
    const { data, error } = EvidenceManifest.safeParse(json);
    if (data && countAnchors(data) > MAX_ANCHORS) return new Unreadable("too_large", "it has too many anchors");
    if (data) return data;
    const [issue] = error.issues;
    return new Unreadable("damaged", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it has another form"}`);
  } catch (cause) {
    // Not UTF-8, or not JSON.
    return new Unreadable("damaged", "it is no JSON", { cause });
  }
}

function countAnchors({ anchors, earlier }: EvidenceManifest): number {
  return earlier.reduce((sum, each) => sum + each.anchors.length, anchors.length);
}

/** Lists and objects of a manifest: a reader takes a hundred times the memory that two brackets take in the file. */
const MAX_CONTAINERS = 1_000_000;

/**
 * How many members the objects of a JSON text have as it is written. Undefined where brackets lie so deep in each other
 * that a reader of JSON could run out of stack, or are too many.
 */
function countMembers(text: string): number | undefined {
  let depth = 0;
  let count = 0;
  let members = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted) {
      if (character === "\\") i++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === "{" || character === "[") {
      if (++depth > 100 || ++count > MAX_CONTAINERS) return undefined;
    } else if (character === "}" || character === "]") depth--;
    else if (character === ":") members++;
  }
  return members;
}

/**
 * Whether every reader takes a JSON text for the same: of two members of one name some take the first, and halves of
 * characters become others where they are hashed.
 */
function isUnambiguous(json: unknown, written: number): boolean {
  const left = [json];
  let members = 0;
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const names = Array.isArray(value) ? [] : Object.keys(value);
    if (!names.every((name) => name.isWellFormed())) return false;
    members += names.length;
    for (const each of Array.isArray(value) ? value : Object.values(value)) {
      if (typeof each === "string" && !each.isWellFormed()) return false;
      if (typeof each === "object") left.push(each);
    }
  }
  return members === written;
}

function nameOf(value: Value): string {
  if (!(value instanceof Text)) return "";
  const isUtf16 = value.bytes[0] === 0xfe && value.bytes[1] === 0xff;
  return new TextDecoder(isUtf16 ? "utf-16be" : "latin1").decode(isUtf16 ? value.bytes.subarray(2) : value.bytes);
}
