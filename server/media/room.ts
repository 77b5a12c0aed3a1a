import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import type { Notice, NoticeName, RoomState } from "@nexbasira/core/contract/signalling.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { types } from "mediasoup";
import { describeRoom } from "./describe-room.ts";
import { type Connection, type Person, toPersonInfo } from "./person.ts";
import { PersonMedia, type PersonMediaListener, type RoomProducer } from "./person-media.ts";
import { type LeftReason, recordDeviceReplaced, recordJoined, recordLeft } from "./presence.ts";
import { LIVE_BOARD_ID, type RoomBoards } from "./room-boards.ts";
import { RoomRecording } from "./room-recording.ts";
import type { RoomServices } from "./room-services.ts";
import { SerialQueues } from "./serial-queues.ts";
import { SnapshotRequests } from "./snapshot-requests.ts";

export type EndStatus = Notice<"session.ended">["status"];

export interface RoomOptions {
  services: RoomServices;
  session: SessionRow;
  router: types.Router;
  boards: RoomBoards;
  /** Nobody has been here for a while, or the session's end is told: the room may be closed. */
  onDone: () => void;
}

/**
 * A session's room: who is in it, what they send, the boards and the recording. It outlives every socket; people whose
 * device went silent stay in it for the grace period.
 */
export class Room {
  readonly session: SessionRow;
  readonly boards: RoomBoards;
  readonly recording: RoomRecording;
  readonly router: types.Router;
  readonly snapshots = new SnapshotRequests();
  /** What participants' devices last said of themselves, by participant. */
  readonly devices = new Map<string, DeviceState>();
  /** Clips of which it has not been told yet how they came out, by id. */
  readonly cutting = new Set<string>();
  readonly #options: RoomOptions;
  readonly #services: RoomServices;
  readonly #log: Logger;
  readonly #people = new Map<string, Person>();
  /** Comings and goings of one person are written in their order; so is what the database tells (`notices`). */
  readonly #queues = new SerialQueues();
  /** Where people point, by participant: the board's id. */
  readonly #pointing = new Map<string, string>();
  #simulcast = false;
  #ended: EndStatus | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#services = options.services;
    this.session = options.session;
    this.boards = options.boards;
    this.router = options.router;
    this.#log = options.services.log.child({ session_id: options.session.id });
    this.recording = new RoomRecording({
      database: this.#services.database,
      log: this.#log,
      journals: this.#services.journals,
      keys: this.#services.storage.keys,
      session: options.session,
      router: options.router,
      producers: () =>
        this.people.flatMap((person) => person.media.producers.map((produced) => ({ produced, role: person.role }))),
      onChanged: (state) => this.broadcast("recording.changed", state),
      onBytes: (bytes) => this.#services.metrics.journalBytes.inc(bytes),
    });
    this.#waitIfEmpty();
  }

  get people(): Person[] {
    return [...this.#people.values()];
  }

  get producers(): RoomProducer[] {
    return this.people.flatMap((person) => person.media.producers);
  }

  /** Whether people on mixed networks watch, or have watched: two layers serve each of them as well as theirs allows. */
  get simulcast(): boolean {
    return this.#simulcast;
  }

  has(participantId: string): boolean {
    return this.#people.has(participantId);
  }

  /** Whether messages are taken no more. */
  get over(): boolean {
    return this.#ended !== undefined || this.#closed !== undefined;
  }

  /** @throws {AppError} gone after the session's end. */
  assertOpen(): void {
    if (this.#ended) throw new AppError("gone", `The session is ${this.#ended}.`);
    if (this.#closed) throw new AppError("unavailable", "The room is being closed.");
  }

  /**
   * Somebody enters, or enters again: a new life of their media begins. Another device of the same person takes the place
   * of the one before. `participant.joined` is recorded unless they were present.
   */
  async enter(claims: AccessClaims, connection: Connection): Promise<{ person: Person; state: RoomState }> {
    this.assertOpen();
    const before = this.#people.get(claims.participant_id);
    const person = this.#take(claims, connection, before);
    const isReplaced = before !== undefined && before.deviceId !== person.deviceId;
    try {
      await this.#queues.run(person.id, async () => {
        const { database } = this.#services;
        await recordJoined(database, this.session.org_id, person.id);
        if (isReplaced) await recordDeviceReplaced(database, this.session.org_id, person.id);
      });
    } catch (error) {
      if (!before && this.#people.get(person.id) === person) this.#forget(person, "closed");
      throw error;
    }
    this.broadcast("person.entered", toPersonInfo(person), person);
    this.#considerSimulcast(person);
    // Before they can send anything: what they agreed to now is what counts for it.
    await this.recording.reconsider();
    const state = await describeRoom(this.#services, this, person);
    if (this.#people.get(person.id) !== person || person.connection !== connection) {
      throw new AppError("conflict", "Another device has taken this place.");
    }
    this.assertOpen();
    return { person, state };
  }

  /** Tells everybody here, except `except`. */
  broadcast<Name extends NoticeName>(name: Name, payload: Notice<Name>, except?: Person): void {
    for (const person of this.#people.values()) if (person !== except) person.connection?.notify(name, payload);
  }

  /** Keeps what a person's device says of itself, and tells everybody. */
  report(person: Person, state: DeviceState): void {
    this.devices.set(person.id, state);
    this.broadcast("device.reported", { participant_id: person.id, state });
  }

  /** Shows the others where somebody points; null when they point no more. */
  point(person: Person, boardId: string, at: Notice<"board.pointed">["at"]): void {
    const pointed = { board_id: boardId, participant_id: person.id, at };
    if (at) this.#pointing.set(person.id, boardId);
    else this.#pointing.delete(person.id);
    for (const other of this.#people.values()) {
      if (other === person) continue;
      // A place is soon followed by the next, but that there is none any more must not be lost.
      if (at) other.connection?.hint("board.pointed", pointed);
      else other.connection?.notify("board.pointed", pointed);
    }
  }

  /** Runs work that ends in a notice after all that was given before, so that notices come in the order of their causes. */
  inOrder(work: () => Promise<void>): void {
    this.#queues.run("notices", work).catch((error) => this.#log.error({ err: error }, "a notice could not be made"));
  }

  /** They leave by their own will. */
  async leave(person: Person): Promise<void> {
    if (this.#people.get(person.id) === person) await this.#depart(person, "left");
  }

  /** A socket is gone: its person has the grace period to come back. */
  disconnected(person: Person, connection: Connection): void {
    if (this.#people.get(person.id) !== person || person.connection !== connection) return;
    person.connection = undefined;
    if (this.over) return;
    this.#stopPointing(person);
    this.broadcast("person.unreachable", { participant_id: person.id, unreachable: true });
    person.grace = setTimeout(() => void this.#depart(person, "disconnected"), this.#services.times.grace);
  }

  /** The session is over: everybody is told and has left, and the recording is whole when this resolves. */
  async end(status: EndStatus): Promise<void> {
    if (this.over) return;
    this.#ended = status;
    clearTimeout(this.#idle);
    this.#log.info({ status, people: this.#people.size }, "session ended");
    this.broadcast("session.ended", { status });
    for (const person of this.people) {
      clearTimeout(person.grace);
      person.media.close("closed");
    }
    await this.recording.close();
    await Promise.all(this.people.map((person) => this.#noteLeft(person, "session_ended")));
    this.#idle = setTimeout(this.#options.onDone, this.#services.times.linger);
  }

  /** Closes all of it, without anybody having left: they may go on in a further life of the room. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    clearTimeout(this.#idle);
    for (const person of this.people) {
      clearTimeout(person.grace);
      person.media.close("lost");
    }
    for (const person of this.people) person.connection?.disconnect();
    await this.recording.close();
    await this.#queues.idle();
    this.router.close();
    await this.boards.close();
  }

  /** Makes the socket the person's own, and begins a new life of their media. */
  #take(claims: AccessClaims, connection: Connection, before: Person | undefined): Person {
    clearTimeout(this.#idle);
    if (before) {
      clearTimeout(before.grace);
      this.#stopPointing(before);
      const { id, connection: earlier } = before;
      if (earlier && earlier !== connection) {
        earlier.notify("device.replaced", {});
        earlier.disconnect();
      }
      before.connection = undefined;
      if (before.deviceId !== claims.device_id) {
        this.devices.delete(id);
        this.broadcast("person.left", { participant_id: id, reason: "replaced" });
      } else if (!earlier) this.broadcast("person.unreachable", { participant_id: id, unreachable: false });
      before.media.close("lost");
    }
    const person: Person = {
      id: claims.participant_id,
      name: claims.name,
      role: claims.role,
      deviceId: claims.device_id,
      enteredAt: before?.enteredAt ?? Date.now(),
      connection,
      media: new PersonMedia({
        participantId: claims.participant_id,
        engine: this.#services.engine,
        router: this.router,
        listener: this.#mediaListener(claims.participant_id, claims.role),
      }),
      grace: undefined,
    };
    this.#people.set(person.id, person);
    return person;
  }

  #mediaListener(participantId: string, role: Person["role"]): PersonMediaListener {
    return {
      onProducerAdded: (produced) => {
        this.broadcast("producer.added", produced.info);
        this.recording.add(produced, role);
      },
      onProducerChanged: (produced) => {
        this.broadcast("producer.changed", produced.info);
        this.recording.changed(produced);
      },
      onProducerRemoved: (produced, reason) => {
        this.recording.drop(produced, reason);
        this.broadcast("producer.removed", { producer_id: produced.info.producer_id });
        const wasCamera = role === "participant" && produced.info.source === "camera";
        if (wasCamera && !this.#hasCamera(participantId)) this.#wipeLiveBoard();
      },
      onProducerScore: ({ info }, score) => {
        this.broadcast("producer.score", { producer_id: info.producer_id, participant_id: participantId, score });
      },
      onConsumerClosed: (consumerId) => {
        this.#people.get(participantId)?.connection?.notify("consumer.closed", { consumer_id: consumerId });
      },
    };
  }

  #hasCamera(participantId: string): boolean {
    const media = this.#people.get(participantId)?.media;
    return media?.producers.some(({ info }) => info.source === "camera") ?? false;
  }

  /** What was drawn over the participant's picture goes with it. */
  #wipeLiveBoard(): void {
    const operations = this.boards.wipeLive();
    if (operations.length > 0) this.broadcast("board.operated", { board_id: LIVE_BOARD_ID, operations });
  }

  async #depart(person: Person, reason: "left" | "disconnected"): Promise<void> {
    if (this.over) return;
    this.#forget(person, reason === "left" ? "closed" : "lost");
    this.broadcast("person.left", { participant_id: person.id, reason });
    this.#waitIfEmpty();
    await this.#noteLeft(person, reason);
  }

  #considerSimulcast(entered: Person): void {
    const watching = this.people.filter(({ role }) => role !== "participant");
    if (this.#simulcast || (watching.length < 2 && !watching.some(({ role }) => role === "observer"))) return;
    this.#simulcast = true;
    this.broadcast("simulcast.changed", { on: true }, entered);
  }

  #stopPointing(person: Person): void {
    const boardId = this.#pointing.get(person.id);
    if (boardId !== undefined) this.point(person, boardId, null);
  }

  #forget(person: Person, media: "closed" | "lost"): void {
    clearTimeout(person.grace);
    this.#stopPointing(person);
    this.devices.delete(person.id);
    this.#people.delete(person.id);
    person.media.close(media);
    this.#waitIfEmpty();
  }

  /** What cannot be written now is found by the sweep of those who are present without a room. */
  async #noteLeft(person: Person, reason: LeftReason): Promise<void> {
    const back = () => reason !== "session_ended" && this.has(person.id);
    try {
      await this.#queues.run(person.id, () =>
        recordLeft(this.#services.database, this.session.org_id, person.id, reason, back),
      );
    } catch (error) {
      this.#log.error({ err: error, participant_id: person.id }, "a leaving could not be recorded");
    }
  }

  #waitIfEmpty(): void {
    clearTimeout(this.#idle);
    if (this.#people.size > 0 || this.over) return;
    this.#idle = setTimeout(this.#options.onDone, this.#services.times.idle);
  }
}
