import type { CaptureRecord } from "./capture-record.ts";

/** What a try to send came to. */
export type Outcome =
  | { kind: "verified"; item_id: string | null }
  /** No network, a busy server, an unfinished answer: the same bytes go on from where they stopped. */
  | { kind: "failed" }
  /** What arrived is not what was announced: all of it is sent again. */
  | { kind: "damaged" }
  /** The way in has ended: sending goes on with a new access token. */
  | { kind: "unauthorized" }
  /** The server will never take these bytes. */
  | { kind: "refused"; code: string };

/** What an answer of the upload border means. `code` is the problem's, if the body held one. */
export function outcomeOfFailure(status: number, code: string | null): Outcome {
  if (status === 401 || status === 403) return { kind: "unauthorized" };
  if (status === 422) return { kind: "damaged" };
  if (status === 400 || status === 410 || status === 413 || status === 415) {
    return { kind: "refused", code: code ?? String(status) };
  }
  return { kind: "failed" };
}

/** The record after a try. Pure. */
export function afterTry(record: CaptureRecord, outcome: Outcome): CaptureRecord {
  switch (outcome.kind) {
    case "verified":
      return {
        ...record,
        state: "verified",
        blob: null,
        upload_url: null,
        failures: 0,
        item_id: outcome.item_id ?? record.item_id,
      };
    case "failed":
    case "unauthorized":
      return { ...record, state: "saved", failures: record.failures + 1 };
    case "damaged":
      return { ...record, state: "saved", upload_url: null, failures: record.failures + 1 };
    case "refused":
      return { ...record, state: "refused", upload_url: null, refusal: outcome.code };
  }
}

/** After so many failures in a row, the captures behind go first: one that the server cannot take must not stop them. */
const PATIENCE = 3;

/** The next to send: the earliest that this device took and has not yet sent. */
export function nextToSend(records: readonly CaptureRecord[]): CaptureRecord | undefined {
  const waiting = inOrder(records).filter((record) => record.state === "saved");
  return waiting.find((record) => record.failures < PATIENCE) ?? waiting.sort((a, b) => a.failures - b.failures)[0];
}

/** After a restart of the page nothing is on its way: what was, is to be sent again. */
export function afterRestart(record: CaptureRecord): CaptureRecord {
  if (record.state !== "saved" && record.state !== "sending") return record;
  // Some phones lose what they said they kept.
  if (record.blob === null) return afterTry(record, { kind: "refused", code: "lost_on_device" });
  return { ...record, state: "saved" };
}

export function inOrder(records: readonly CaptureRecord[]): CaptureRecord[] {
  return [...records].sort((a, b) => a.device_order - b.device_order);
}

/** The number of the next capture: one more than the highest that was ever given in this session. */
export function nextOrder(records: readonly CaptureRecord[]): number {
  return records.reduce((highest, record) => Math.max(highest, record.device_order), 0) + 1;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** How long to wait after so many failures in a row, in ms; `random` (0 to 1) spreads it over ±20 %. */
export function sendDelay(failures: number, random: number): number {
  if (failures === 0) return 0;
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(delay * (0.8 + 0.4 * random));
}

const LARGEST_PIECE = 1024 * 1024;

/**
 * How many bytes of a file go in one request. With `holdsLast`, all but the file's last few bytes go in pieces of the
 * same size, so that nearly all of it is sent while the last request has to wait for something.
 */
export function pieceSize(size: number, holdsLast: boolean): number {
  if (!holdsLast) return LARGEST_PIECE;
  const pieces = Math.max(1, Math.ceil((size - 1) / LARGEST_PIECE));
  return Math.max(1, Math.floor((size - 1) / pieces));
}

export interface Summary {
  total: number;
  /** Still to be sent or on its way. */
  waiting: number;
  verified: number;
  refused: number;
}

export function summarize(records: readonly CaptureRecord[]): Summary {
  const count = (...states: CaptureRecord["state"][]): number =>
    records.filter((record) => states.includes(record.state)).length;
  return {
    total: records.length,
    waiting: count("saved", "sending"),
    verified: count("verified"),
    refused: count("refused"),
  };
}
