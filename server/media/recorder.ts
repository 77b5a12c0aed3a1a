import type { Role } from "@nexbasira/core/contract/common.ts";
import { JournalWriter } from "@nexbasira/core/journal/journal-writer.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import type { types } from "mediasoup";
import { JournalTap } from "./journal-tap.ts";
import type { RoomProducer } from "./person-media.ts";

export interface RecorderOptions {
  router: types.Router;
  /** The part's own directory. */
  directory: string;
  /** By which the journal is encrypted; none where it is kept as it is. */
  keys: SealingKeys;
  onFailure: (error: Error) => void;
  onRecovery: () => void;
  /** Something that is recorded could not be tapped. */
  onProblem: (error: unknown) => void;
  onBytes: (bytes: number) => void;
}

/**
 * A clip is decoded from the key frame before its mark: without this it may be as far back as the segment's begin, and
 * decoding a minute of 720p takes longer than somebody waits for a clip of 15 s. It costs no bandwidth: measured with
 * libvpx at a constant 1.5 Mbit/s, a key frame takes the bytes of two other pictures, and the pictures around it give them.
 */
const KEY_FRAME_EVERY_MS = 10_000;

/** Keeps what a room's producers send in one part of a journal, from its opening to its closing. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #taps = new Map<string, Promise<JournalTap | undefined>>();
  /** Taps that are being closed. */
  readonly #dropping = new Set<Promise<void>>();
  readonly #writer: JournalWriter;
  readonly #keyFrames: NodeJS.Timeout;
  #streams = 0;
  #closed: Promise<void> | undefined;

  private constructor(options: RecorderOptions, writer: JournalWriter) {
    this.#options = options;
    this.#writer = writer;
    this.#keyFrames = setInterval(() => this.#requestKeyFrames(), KEY_FRAME_EVERY_MS);
  }

  /** Rejects where the journal cannot be written. */
  static async open(options: RecorderOptions): Promise<Recorder> {
    let onSegment = (): void => {};
    const writer = await JournalWriter.open({
      directory: options.directory,
      keys: options.keys,
      onSegment: () => onSegment(),
      onFailure: options.onFailure,
      onRecovery: options.onRecovery,
    });
    const recorder = new Recorder(options, writer);
    onSegment = () => {
      recorder.#keyFrames.refresh();
      recorder.#requestKeyFrames();
    };
    return recorder;
  }

  /** Records a producer from now until it is dropped. */
  add(produced: RoomProducer, role: Role): void {
    if (this.#closed || this.#taps.has(produced.producer.id)) return;
    this.#streams += 1;
    const { router, onProblem, onBytes } = this.#options;
    const tap = JournalTap.open({ router, writer: this.#writer, produced, role, stream: this.#streams, onBytes }).catch(
      (error) => {
        // One that was closed while it was opened has nothing to record.
        if (!produced.producer.closed) onProblem(error);
        return undefined;
      },
    );
    this.#taps.set(produced.producer.id, tap);
  }

  setPaused(producerId: string, paused: boolean): void {
    void this.#taps.get(producerId)?.then((tap) => tap?.setPaused(paused));
  }

  drop(producerId: string, reason: "closed" | "lost"): void {
    const tap = this.#taps.get(producerId);
    if (!tap) return;
    this.#taps.delete(producerId);
    const dropping = tap.then((opened) => {
      opened?.close(reason);
      this.#dropping.delete(dropping);
    });
    this.#dropping.add(dropping);
  }

  /** Ends the part: when this resolves, all of it is on the disk and says that it is whole. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    clearInterval(this.#keyFrames);
    for (const producerId of this.#taps.keys()) this.drop(producerId, "closed");
    await Promise.all(this.#dropping);
    await this.#writer.close();
  }

  #requestKeyFrames(): void {
    for (const tap of this.#taps.values()) {
      tap.then((opened) => opened?.requestKeyFrame()).catch((error) => this.#options.onProblem(error));
    }
  }
}
