import type { CaptureSource, EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { askToPersist } from "./ask-to-persist.ts";
import type { CaptureRecord } from "./capture-record.ts";
import type { CaptureStore } from "./capture-store.ts";
import { hashBlob } from "./hash-blob.ts";
import type { PositionReading } from "./read-position.ts";
import type { SendCaptureOptions } from "./send-capture.ts";
import { afterRestart, afterTry, inOrder, nextOrder, nextToSend, type Outcome, sendDelay } from "./sending.ts";

/** A try that was silent for so long when the network or the room comes back hangs on a connection that is gone. */
const QUIET_MS = 3_000;

/** After so many failures, and again after as many more, the bytes on this device are checked. */
const CHECK_BYTES_EVERY = 5;

export interface CaptureQueueOptions {
  /** Of the join answer: whose captures these are. */
  participantId: string;
  store: CaptureStore;
  /** Tries once to send; see `sendCapture`. */
  send: (options: SendCaptureOptions) => Promise<Outcome>;
  /** The access token of now. */
  accessToken: () => string;
  /** Gets a new access token after the old one was refused. */
  renewAccess: () => Promise<void>;
  clockOffsetMs: () => number | null;
  /** Called when a capture is hashed and kept, to announce it to the room. */
  onStored: (record: CaptureRecord) => void;
}

export interface NewCapture {
  kind: CaptureRecord["kind"];
  blob: Blob;
  source: CaptureSource;
  deviceTime: Date;
  /** Read beside the photo, never before it. Must not reject. */
  position: Promise<PositionReading>;
  width?: number | null;
  height?: number | null;
  filename?: string;
  /** Made beside all else, which does not wait for it. Must not reject. */
  thumbnail?: Promise<Blob | null>;
  requestId?: string;
}

export interface QueueSnapshot {
  /** Whether what earlier pages left is already among the records. */
  loaded: boolean;
  /** In the order in which this device took them. */
  records: readonly CaptureRecord[];
  /** Share of the capture that is being sent, 0 to 1, by capture id. */
  progress: Readonly<Record<string, number>>;
  /** Set where a capture could not be kept on the device: the page has to stay open until it is sent. */
  volatile: boolean;
  /** Set where the browser may delete what it keeps, when the device gets full. */
  evictable: boolean;
}

/**
 * The captures of one session on this device: kept before anything is sent, sent one at a time in order, tried again
 * until the server has verified them, over reloads and losses of network.
 */
export class CaptureQueue {
  readonly #options: CaptureQueueOptions;
  readonly #listeners = new Set<() => void>();
  readonly #records = new Map<string, CaptureRecord>();
  /** Captures whose position is still being read. */
  readonly #unplaced = new Map<string, Promise<PositionReading>>();
  readonly #loaded: Promise<void>;
  #lastOrder = 0;
  #snapshot: QueueSnapshot;
  #sending: AbortController | undefined;
  /** When the try that runs last came further, ms since 1970. */
  #activeAt = 0;
  #asked = false;
  #running = false;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: CaptureQueueOptions) {
    this.#options = options;
    this.#snapshot = {
      loaded: false,
      records: [],
      progress: {},
      volatile: !options.store.lasting,
      evictable: false,
    };
    this.#loaded = this.#load();
    globalThis.addEventListener?.("online", this.kick);
  }

  /** For `useSyncExternalStore`. */
  readonly getSnapshot = (): QueueSnapshot => this.#snapshot;

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Hashes and keeps a capture; resolves when it is safe on this device. Sending follows by itself. */
  async add(capture: NewCapture): Promise<CaptureRecord> {
    await this.#loaded;
    this.#lastOrder += 1;
    const device_order = this.#lastOrder;
    const record: CaptureRecord = {
      capture_id: crypto.randomUUID(),
      participant_id: this.#options.participantId,
      kind: capture.kind,
      source: capture.source,
      state: "saved",
      blob: capture.blob,
      sha256: await hashBlob(capture.blob),
      size: capture.blob.size,
      media_type: capture.blob.type || "application/octet-stream",
      filename: capture.filename ?? null,
      width: capture.width ?? null,
      height: capture.height ?? null,
      thumbnail: null,
      device_time: capture.deviceTime.toISOString(),
      clock_offset_ms: this.#options.clockOffsetMs(),
      device_order,
      location: null,
      // What holds if the page ends before the position came.
      location_status: "timed_out",
      request_id: capture.requestId ?? null,
      upload_url: null,
      failures: 0,
      refusal: null,
      item_id: null,
    };
    const id = record.capture_id;
    this.#unplaced.set(id, capture.position);
    // Shown as saved when it is, and not before: the page may end at any moment.
    await this.#store(record);
    this.#records.set(id, record);
    this.#report();
    this.#options.onStored(record);
    void capture.position.then(async (reading) => {
      await this.#change(id, (now) => ({ ...now, ...reading }));
      this.#unplaced.delete(id);
    });
    void capture.thumbnail?.then((thumbnail) => this.#change(id, (now) => ({ ...now, thumbnail })));
    void this.#askToPersist();
    this.#goOn();
    return record;
  }

  /** The server has these items, as the room tells: whichever of them is ours is done, also if its answer was lost. */
  confirm(items: readonly EvidenceItem[]): void {
    for (const item of items) {
      for (const record of this.#records.values()) {
        const same = record.sha256 === item.sha256 && record.device_order === item.device_order;
        if (!same || record.state === "verified" || record.state === "refused") continue;
        void this.#change(record.capture_id, (now) => afterTry(now, { kind: "verified", item_id: item.id }));
      }
    }
  }

  /** Goes on sending now: the network, the page or the room came back. */
  readonly kick = (): void => {
    if (Date.now() - this.#activeAt > QUIET_MS) this.#sending?.abort();
    this.#goOn();
  };

  /** Forgets what the server has, once it is no longer to be shown. */
  async forgetVerified(): Promise<void> {
    const ids = [...this.#records.values()].filter(({ state }) => state === "verified").map((r) => r.capture_id);
    await this.#options.store.remove(ids);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.kick);
    this.#sending?.abort();
    this.#wake?.();
    this.#options.store.close();
  }

  /** Once, when there is something to keep: before, nobody would know what for. */
  async #askToPersist(): Promise<void> {
    if (this.#asked || !this.#options.store.lasting) return;
    this.#asked = true;
    this.#snapshot = { ...this.#snapshot, evictable: !(await askToPersist()) };
    this.#report();
  }

  #goOn(): void {
    this.#wake?.();
    void this.#run();
  }

  async #load(): Promise<void> {
    const records = await this.#options.store.ofParticipant(this.#options.participantId);
    for (const record of records) this.#records.set(record.capture_id, afterRestart(record));
    this.#lastOrder = nextOrder(records) - 1;
    this.#snapshot = { ...this.#snapshot, loaded: true };
    this.#report();
    if (records.length > 0) this.kick();
    if (records.some(({ blob }) => blob !== null)) await this.#askToPersist();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#loaded;
      for (let record = this.#next(); record !== undefined; record = this.#next()) {
        await this.#pause(sendDelay(record.failures, Math.random()));
        if (this.#closed) return;
        const now = this.#records.get(record.capture_id);
        if (now?.state === "saved" && now.blob !== null) await this.#try({ ...now, blob: now.blob });
      }
    } finally {
      this.#running = false;
    }
  }

  #next(): CaptureRecord | undefined {
    return this.#closed ? undefined : nextToSend([...this.#records.values()]);
  }

  async #try(record: CaptureRecord & { blob: Blob }): Promise<void> {
    const id = record.capture_id;
    const sending = new AbortController();
    this.#sending = sending;
    this.#activeAt = Date.now();
    await this.#change(id, (now) => ({ ...now, state: "sending" }));
    const outcome = await this.#options.send({
      record,
      position: this.#unplaced.get(id) ?? null,
      accessToken: this.#options.accessToken(),
      onUrl: (upload_url) => void this.#change(id, (now) => ({ ...now, upload_url })),
      onProgress: (share) => {
        this.#activeAt = Date.now();
        this.#report({ [id]: share });
      },
      signal: sending.signal,
    });
    this.#sending = undefined;
    // The page is going: the next one takes it up from what is kept.
    if (this.#closed) return;
    await this.#change(id, (now) => (now.state === "sending" ? afterTry(now, outcome) : now));
    if (outcome.kind === "unauthorized") await this.#renew();
    else if (outcome.kind === "failed" || outcome.kind === "damaged") await this.#checkBytes(id);
  }

  async #renew(): Promise<void> {
    try {
      await this.#options.renewAccess();
    } catch {
      // No way in now; the next try asks again.
    }
  }

  /** Some phones lose the bytes of a file that they said they kept; then no further try can mend it. */
  async #checkBytes(id: string): Promise<void> {
    const record = this.#records.get(id);
    if (record?.blob == null || record.failures === 0 || record.failures % CHECK_BYTES_EVERY !== 0) return;
    let whole = false;
    try {
      whole = (await hashBlob(record.blob)) === record.sha256;
    } catch {
      // A NotReadableError or NotFoundError: the bytes are gone.
    }
    if (!whole) await this.#change(id, (now) => afterTry(now, { kind: "refused", code: "lost_on_device" }));
  }

  async #change(id: string, change: (record: CaptureRecord) => CaptureRecord): Promise<void> {
    const record = this.#records.get(id);
    if (record === undefined || this.#closed) return;
    const changed = change(record);
    if (changed !== record) await this.#keep(changed);
  }

  async #keep(record: CaptureRecord): Promise<void> {
    this.#records.set(record.capture_id, record);
    this.#report();
    await this.#store(record);
  }

  async #store(record: CaptureRecord): Promise<void> {
    try {
      await this.#options.store.put(record);
    } catch {
      // A full disk or a private window. The capture lives on in this page, which says so.
      this.#snapshot = { ...this.#snapshot, volatile: true };
      this.#report();
    }
  }

  #pause(delayMs: number): Promise<void> {
    if (delayMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #report(progress: Record<string, number> = {}): void {
    this.#snapshot = { ...this.#snapshot, records: inOrder([...this.#records.values()]), progress };
    for (const listener of this.#listeners) listener();
  }
}
