import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Role } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { RecordingState } from "@nexbasira/core/contract/signalling.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { listConsents } from "@nexbasira/core/database/participants.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import type { types } from "mediasoup";
import type { RoomProducer } from "./person-media.ts";
import { Recorder } from "./recorder.ts";

export interface RoomRecordingOptions {
  database: Database;
  log: Logger;
  /** `<DATA_DIR>/journals`. */
  journals: string;
  /** By which they are encrypted; none where they are kept as they are. */
  keys: SealingKeys;
  session: Pick<SessionRow, "id" | "org_id" | "recording">;
  router: types.Router;
  /** What is sent in the room now, and by whom. */
  producers: () => { produced: RoomProducer; role: Role }[];
  onChanged: (state: RecordingState) => void;
  onBytes: (bytes: number) => void;
}

/** A disk that is full now may have room then, and nobody sends anything new for it. */
const TRY_AGAIN_MS = 5_000;
/** Some seconds of a room: on a disk without room for that, no part is begun. */
const PROBE_BYTES = 256 * 1024;

const OFF: RecordingState = { state: "off", started_at: null };

/**
 * Whether a room is recorded: only where the session asks for it and its participant agreed, from their first picture or
 * sound on; and of the others only those who agreed. What cannot be recorded never stops the call: it is shown as failed, and tried again after a while.
 */
export class RoomRecording {
  readonly #options: RoomRecordingOptions;
  #state: RecordingState = OFF;
  #recorder: Recorder | undefined;
  /** Who agreed to be recorded, by participant id. */
  #agreed: ReadonlySet<string> = new Set();
  /** Decisions are taken one after the other. */
  #decision: Promise<void> = Promise.resolve();
  #tryAgain: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RoomRecordingOptions) {
    this.#options = options;
  }

  get state(): RecordingState {
    return this.#state;
  }

  /**
   * Starts or stops as people's consents say now. To be called when somebody enters, before they send anything, and when
   * the participant begins to send.
   */
  reconsider(): Promise<void> {
    this.#decision = this.#decision.then(() => this.#decide());
    return this.#decision;
  }

  add(produced: RoomProducer, role: Role): void {
    if (this.#agreed.has(produced.info.participant_id)) this.#recorder?.add(produced, role);
    if (role === "participant") void this.reconsider();
  }

  changed(produced: RoomProducer): void {
    this.#recorder?.setPaused(produced.producer.id, produced.info.paused);
  }

  drop(produced: RoomProducer, reason: "closed" | "lost"): void {
    this.#recorder?.drop(produced.producer.id, reason);
  }

  /** Resolves when the journal is whole on the disk. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#tryAgain);
    await this.#decision;
    await this.#stop();
  }

  async #decide(): Promise<void> {
    if (this.#closed || !this.#options.session.recording) return;
    try {
      const agreed = await this.#readConsents();
      if (!agreed) await this.#stop();
      else if (!this.#recorder && this.#participantSends()) await this.#start();
    } catch (error) {
      this.#options.log.error({ err: error }, "recording could not be started");
      this.#change({ state: "failed", started_at: this.#state.started_at });
      clearTimeout(this.#tryAgain);
      if (!this.#closed) this.#tryAgain = setTimeout(() => void this.reconsider(), TRY_AGAIN_MS);
    }
  }

  #participantSends(): boolean {
    return this.#options.producers().some(({ role }) => role === "participant");
  }

  /** Whether the participant agreed. */
  async #readConsents(): Promise<boolean> {
    const consents = await listConsents(this.#options.database, this.#options.session.id);
    const given = consents.filter(({ kind, granted }) => kind === "recording" && granted);
    this.#agreed = new Set(given.map(({ participant_id }) => participant_id));
    return given.some(({ role }) => role === "participant");
  }

  async #start(): Promise<void> {
    const { database, log, journals, keys, session, router, producers, onBytes } = this.#options;
    await assertRoomOnDisk(journals);
    const recording = await inTransaction(database, async (transaction) => {
      const opened = await openRecordingPart(transaction, {
        id: newId("recording"),
        org_id: session.org_id,
        session_id: session.id,
        started_at: new Date(),
      });
      if (!opened) return undefined;
      await appendAuditEntry(transaction, session.org_id, {
        actor: { type: "system", id: "media" },
        action: "recording.started",
        session_id: session.id,
        object: { type: "recording", id: opened.id },
        object_hash: null,
        details: { part: opened.parts },
      });
      return opened;
    });
    // The session has just ended: its recording takes no further part.
    if (!recording) return;
    const started_at = recording.started_at.getTime();
    this.#recorder = await Recorder.open({
      router,
      directory: join(journals, recording.id, String(recording.parts)),
      keys,
      onBytes,
      onProblem: (error) => log.error({ err: error, recording_id: recording.id }, "a stream is not recorded"),
      onFailure: (error) => {
        log.error({ err: error, recording_id: recording.id }, "the journal cannot be written");
        this.#change({ state: "failed", started_at });
      },
      onRecovery: () => {
        log.warn({ recording_id: recording.id }, "the journal is written again");
        this.#change({ state: "recording", started_at });
      },
    });
    for (const { produced, role } of producers()) {
      if (this.#agreed.has(produced.info.participant_id)) this.#recorder.add(produced, role);
    }
    log.info({ recording_id: recording.id, part: recording.parts }, "recording");
    this.#change({ state: "recording", started_at });
  }

  async #stop(): Promise<void> {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = undefined;
    await recorder.close();
    this.#change(OFF);
  }

  #change(state: RecordingState): void {
    if (this.#state.state === state.state && this.#state.started_at === state.started_at) return;
    this.#state = state;
    this.#options.onChanged(state);
  }
}

/** Throws where a journal could not be written: a part that was begun in vain would be told as one that was lost. */
async function assertRoomOnDisk(journals: string): Promise<void> {
  await mkdir(journals, { recursive: true });
  const path = join(journals, `.${randomUUID()}`);
  try {
    await writeFile(path, Buffer.alloc(PROBE_BYTES));
  } finally {
    await rm(path, { force: true });
  }
}
