import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NO_SEALING_KEYS, type SealingKeys } from "../sealing/sealing-keys.ts";
import {
  JOURNAL_VERSION,
  MAX_PAYLOAD_BYTES,
  RecordKind,
  SEGMENT_SECONDS,
  type SegmentHeader,
  type StreamAnnouncement,
  type StreamEnd,
  segmentFileName,
  type WriteGap,
} from "./format.ts";
import { SegmentFile } from "./segment-file.ts";
import { onWriteTick } from "./write-ticks.ts";

/** Where a writer has its time from. `monotonicMs` never goes back; `wallMs` is milliseconds since 1970. */
export interface JournalClock {
  monotonicMs(): number;
  wallMs(): number;
}

export interface JournalWriterOptions {
  /** The part's own directory, `<recording>/<part number>`. It is made; a journal in it already is an error. */
  directory: string;
  /** A further segment has begun, on time or after a gap: the moment to ask every camera for a key frame. Must not throw. */
  onSegment(segment: number): void;
  /** Writing has begun to fail (a full disk, usually): the moment for an alarm. The writer goes on trying. Must not throw. */
  onFailure(error: Error): void;
  /** Writing works again. What could not be kept meanwhile, if anything, is declared in the journal. Must not throw. */
  onRecovery(): void;
  clock?: JournalClock;
  /** By which the segments are encrypted; they are not without. */
  keys?: SealingKeys;
}

const SYNC_EVERY_MS = 1000;
const RETRY_AFTER_MS = 1000;
/** How long `close` keeps trying to get the last records to a disk that does not take them. */
const CLOSE_PATIENCE_MS = 5000;
const CLOSE_TRIES_EVERY_MS = 50;
/** What is held for a disk that does not take it, some 30 s of a usual room: 100 rooms must fit into memory. More is dropped and declared. */
const MAX_PENDING_BYTES = 4 * 1024 * 1024;
const SEGMENT_US = SEGMENT_SECONDS * 1_000_000;
const NO_PAYLOAD = new Uint8Array(0);

const systemClock: JournalClock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

interface LiveStream {
  readonly announcement: Buffer;
  paused: boolean;
}

/**
 * Keeps what a room's media process hears. All methods but `open` and `close` are for the live path: they copy into
 * memory, never wait and never throw. Memory goes to the file every 50 ms and the file to the disk every second, so a
 * killed process loses tens of milliseconds and a machine without power a second.
 */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #clock: JournalClock;
  readonly #startedMs: number;
  readonly #partStartedAt: number;
  readonly #streams = new Map<number, LiveStream>();
  /** The last one takes the records; the ones before it are still on their way to their files. */
  readonly #segments: SegmentFile[] = [];
  readonly #closing = new Set<Promise<void>>();
  readonly #failing = new Set<"write" | "sync">();
  #current: SegmentFile;
  #segmentNumber = 1;
  #segmentEndsUs = SEGMENT_US;
  #gap: { fromUs: number; records: number } | null = null;
  #writing: Promise<void> | null = null;
  #syncing = false;
  #retryAtMs = 0;
  #stopWriting: () => void = () => undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | null = null;

  private constructor(options: JournalWriterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#startedMs = this.#clock.monotonicMs();
    this.#partStartedAt = this.#clock.wallMs();
    this.#current = this.#startFile(0);
  }

  /** Begins a part. Throws where the directory cannot be written or holds a journal already. */
  static async open(options: JournalWriterOptions): Promise<JournalWriter> {
    await mkdir(options.directory, { recursive: true });
    const present = await readdir(options.directory);
    if (present.length > 0) throw new Error(`a journal part needs an empty directory, not ${options.directory}`);
    const writer = new JournalWriter(options);
    await writer.#current.write();
    writer.#stopWriting = onWriteTick(() => writer.#writeSoon());
    writer.#syncTimer = setInterval(() => void writer.#sync(), SYNC_EVERY_MS);
    return writer;
  }

  /** A producer's packets will follow under `stream`, a number that is new in this part. */
  announceStream(announcement: StreamAnnouncement): void {
    const live = { announcement: Buffer.from(JSON.stringify(announcement)), paused: false };
    this.#append(RecordKind.streamAnnounced, announcement.stream, live.announcement);
    this.#streams.set(announcement.stream, live);
  }

  endStream(stream: number, reason: StreamEnd["reason"]): void {
    this.#streams.delete(stream);
    this.#append(RecordKind.streamEnded, stream, Buffer.from(JSON.stringify({ reason } satisfies StreamEnd)));
  }

  /** The sender muted: until it resumes, missing packets are silence and not a gap. */
  pauseStream(stream: number): void {
    this.#setPaused(stream, true);
  }

  resumeStream(stream: number): void {
    this.#setPaused(stream, false);
  }

  /** `packet` is copied. */
  appendRtp(stream: number, packet: Uint8Array): void {
    this.#append(RecordKind.rtp, stream, packet);
  }

  /** A compound packet of any stream, told apart by the SSRC in it. `packet` is copied. */
  appendRtcp(packet: Uint8Array): void {
    this.#append(RecordKind.rtcp, 0, packet);
  }

  /**
   * Ends the part: writes and syncs what is left, for at most some seconds where the disk does not take it. Never
   * rejects: failures go to `onFailure`. Records that come later are ignored.
   */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  #setPaused(stream: number, paused: boolean): void {
    const live = this.#streams.get(stream);
    if (!live || live.paused === paused) return;
    live.paused = paused;
    this.#append(paused ? RecordKind.streamPaused : RecordKind.streamResumed, stream, NO_PAYLOAD);
  }

  #append(kind: RecordKind, stream: number, payload: Uint8Array): void {
    if (this.#closed) return;
    const nowUs = this.#nowUs();
    const limit = this.#gap ? MAX_PENDING_BYTES / 2 : MAX_PENDING_BYTES;
    if (payload.length > MAX_PAYLOAD_BYTES || this.#pendingBytes() > limit) {
      this.#gap ??= { fromUs: nowUs, records: 0 };
      this.#gap.records += 1;
      return;
    }
    if (this.#gap || nowUs >= this.#segmentEndsUs) {
      this.#startSegment(nowUs);
      this.#options.onSegment(this.#segmentNumber);
    }
    this.#current.append(kind, stream, nowUs, payload);
  }

  #nowUs(): number {
    return Math.round((this.#clock.monotonicMs() - this.#startedMs) * 1000);
  }

  #pendingBytes(): number {
    let bytes = 0;
    for (const segment of this.#segments) bytes += segment.pendingBytes;
    return bytes;
  }

  #startSegment(nowUs: number): void {
    this.#current.append(RecordKind.segmentEnd, 0, nowUs, NO_PAYLOAD);
    this.#current.sealed = true;
    this.#segmentNumber += 1;
    this.#segmentEndsUs = nowUs + SEGMENT_US;
    this.#current = this.#startFile(nowUs);
    if (this.#gap) {
      this.#current.append(RecordKind.gap, 0, nowUs, Buffer.from(JSON.stringify(this.#gap satisfies WriteGap)));
      this.#gap = null;
    }
    for (const [stream, live] of this.#streams) {
      this.#current.append(RecordKind.streamAnnounced, stream, nowUs, live.announcement);
      if (live.paused) this.#current.append(RecordKind.streamPaused, stream, nowUs, NO_PAYLOAD);
    }
  }

  #startFile(nowUs: number): SegmentFile {
    const header: SegmentHeader = {
      version: JOURNAL_VERSION,
      segment: this.#segmentNumber,
      partStartedAt: this.#partStartedAt,
    };
    const path = join(this.#options.directory, segmentFileName(this.#segmentNumber));
    const file = new SegmentFile(path, this.#options.keys ?? NO_SEALING_KEYS);
    file.append(RecordKind.segmentHeader, 0, nowUs, Buffer.from(JSON.stringify(header)));
    this.#segments.push(file);
    return file;
  }

  #writeSoon(): void {
    if (this.#writing || this.#clock.monotonicMs() < this.#retryAtMs) return;
    this.#writing = this.#write().finally(() => {
      this.#writing = null;
    });
  }

  /** A sealed segment is closed on the side: the sync in it takes long, and the next segment's records must not wait. */
  async #write(): Promise<void> {
    try {
      for (let segment = this.#segments[0]; segment; segment = this.#segments[0]) {
        await segment.write();
        if (!segment.sealed) break;
        if (segment.pendingBytes > 0) continue;
        this.#segments.shift();
        this.#closeOnTheSide(segment);
      }
      this.#succeeded("write");
    } catch (error) {
      this.#retryAtMs = this.#clock.monotonicMs() + RETRY_AFTER_MS;
      this.#failed("write", error);
    }
  }

  #closeOnTheSide(segment: SegmentFile): void {
    const closing = segment
      .close()
      .catch((error: unknown) => this.#failed("sync", error))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #sync(): Promise<void> {
    if (this.#syncing) return;
    this.#syncing = true;
    try {
      await this.#current.sync();
      this.#succeeded("sync");
    } catch (error) {
      this.#failed("sync", error);
    } finally {
      this.#syncing = false;
    }
  }

  #failed(what: "write" | "sync", error: unknown): void {
    const first = this.#failing.size === 0;
    this.#failing.add(what);
    if (first) this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  #succeeded(what: "write" | "sync"): void {
    if (this.#failing.delete(what) && this.#failing.size === 0) this.#options.onRecovery();
  }

  async #finish(): Promise<void> {
    const nowUs = this.#nowUs();
    if (this.#gap) this.#startSegment(nowUs);
    this.#current.append(RecordKind.partEnd, 0, nowUs, NO_PAYLOAD);
    this.#current.sealed = true;
    this.#stopWriting();
    clearInterval(this.#syncTimer);
    await this.#writing;
    const deadline = performance.now() + CLOSE_PATIENCE_MS;
    await this.#write();
    while (this.#segments.length > 0 && performance.now() < deadline) {
      await delay(CLOSE_TRIES_EVERY_MS);
      await this.#write();
    }
    for (const segment of this.#segments.splice(0)) this.#closeOnTheSide(segment);
    await Promise.all(this.#closing);
  }
}
