import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findClipWithItem } from "@nexbasira/core/database/clips.ts";
import { findEvidenceItem, listEvidenceItems } from "@nexbasira/core/database/evidence-items.ts";
import type { SessionNotice } from "@nexbasira/core/database/notify.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { toEvidenceItem } from "@nexbasira/core/resources/evidence-item-resource.ts";
import type { MediaCounts } from "./media-metrics.ts";
import type { NodeLease } from "./node-lease.ts";
import { type EndStatus, Room } from "./room.ts";
import { RoomBoards } from "./room-boards.ts";
import { toRoomClip } from "./room-clips.ts";
import type { RoomServices } from "./room-services.ts";

const END_OF_EVENT: Record<string, EndStatus> = {
  "session.completed": "completed",
  "session.cancelled": "cancelled",
  "session.expired": "expired",
};

/** The rooms of this media process: made when somebody enters, closed when they are done. */
export class Rooms {
  readonly #services: RoomServices;
  readonly #lease: NodeLease;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** Those of `#rooms` that are there by now. */
  readonly #open = new Map<string, Room>();
  readonly #closing = new Set<Promise<void>>();
  #stopped = false;

  constructor(services: RoomServices, lease: NodeLease) {
    this.#services = services;
    this.#lease = lease;
  }

  get counts(): MediaCounts {
    const counts = { rooms: 0, people: 0, producers: 0, unrecorded_rooms: 0 };
    for (const room of this.#open.values()) {
      counts.rooms += 1;
      counts.people += room.people.length;
      counts.producers += room.producers.length;
      if (room.recording.state.state === "failed") counts.unrecorded_rooms += 1;
    }
    return counts;
  }

  find(sessionId: string): Room | undefined {
    return this.#open.get(sessionId);
  }

  /**
   * The session's room, made where there is none.
   *
   * @throws {AppError} gone where the session is over, unavailable where the process stops or the room lives elsewhere.
   */
  get(sessionId: string): Promise<Room> {
    if (this.#stopped) return Promise.reject(new AppError("unavailable", "The media process is being stopped."));
    const present = this.#rooms.get(sessionId);
    if (present) return present;
    const making = this.#make(sessionId);
    this.#rooms.set(sessionId, making);
    making.catch(() => {
      if (this.#rooms.get(sessionId) === making) this.#rooms.delete(sessionId);
    });
    return making;
  }

  /** What another process did to a session. */
  onNotice(notice: SessionNotice): void {
    const room = this.#open.get(notice.session_id);
    if (!room) return;
    const ended = END_OF_EVENT[notice.type];
    if (ended) this.#end(room, ended);
    const { object_id } = notice;
    if (notice.type === "clip.failed" && object_id) room.inOrder(() => this.#tellClip(room, { id: object_id }));
    if ((notice.type === "evidence.added" || notice.type === "evidence.updated") && object_id) {
      room.inOrder(() => this.#tellItem(room, notice.type === "evidence.added", object_id));
    }
  }

  /** Notices may have been missed: every room looks for itself. */
  lookAgain(): void {
    for (const room of this.#open.values()) {
      room.inOrder(async () => {
        const session = await findSession(this.#services.database, room.session.id);
        const ended = session && END_OF_EVENT[`session.${session.status}`];
        if (ended) return this.#end(room, ended);
        for (const item of await listEvidenceItems(this.#services.database, room.session.id)) {
          room.broadcast("evidence.updated", toEvidenceItem(item, this.#services.pageLinks));
        }
        for (const id of room.cutting) await this.#tellClip(room, { id });
      });
    }
  }

  /** This node's lease on these rooms was lost: they live elsewhere now. */
  async give(sessionIds: readonly string[]): Promise<void> {
    await Promise.all(sessionIds.flatMap((id) => this.#open.get(id) ?? []).map((room) => this.#close(room)));
  }

  /** No new rooms; resolves when every journal is whole and everything drawn is stored. */
  async close(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#rooms.values());
    for (const room of this.#open.values()) void this.#close(room);
    await Promise.all(this.#closing);
  }

  async #make(sessionId: string): Promise<Room> {
    const { database, engine, log } = this.#services;
    const session = await findSession(database, sessionId);
    if (!session) throw new AppError("not_found", "There is no such session.");
    if (session.status !== "active" && session.status !== "pending") {
      throw new AppError("gone", `The session is ${session.status}.`);
    }
    if (!(await this.#lease.claimRoom(sessionId))) throw new AppError("unavailable", "The room is on another node.");
    const boards = await RoomBoards.load(database, log, sessionId);
    const router = await engine.createRouter();
    const room = new Room({
      services: this.#services,
      session,
      router,
      boards,
      onDone: () => void this.#close(room),
    });
    this.#open.set(sessionId, room);
    log.info({ session_id: sessionId }, "room opened");
    return room;
  }

  #end(room: Room, status: EndStatus): void {
    room.end(status).catch((error) => {
      this.#services.log.error({ err: error, session_id: room.session.id }, "a room could not be ended");
    });
  }

  async #tellItem(room: Room, isNew: boolean, itemId: string): Promise<void> {
    const row = await findEvidenceItem(this.#services.database, itemId);
    if (!row) return;
    room.broadcast(isNew ? "evidence.added" : "evidence.updated", toEvidenceItem(row, this.#services.pageLinks));
    if (isNew && row.kind === "clip") await this.#tellClip(room, { capture_id: row.capture_id });
  }

  /** How a clip came out: once, and nothing while it is being cut. */
  async #tellClip(room: Room, by: Parameters<typeof findClipWithItem>[1]): Promise<void> {
    const row = await findClipWithItem(this.#services.database, by);
    const clip = row && toRoomClip(row, row.item_id);
    if (!clip || clip.state === "cutting" || !room.cutting.delete(clip.clip_id)) return;
    room.broadcast("clip.changed", clip);
  }

  /** Out of the list at once, so that whoever enters now finds a new room. */
  #close(room: Room): Promise<void> {
    const { id } = room.session;
    if (this.#open.get(id) === room) {
      this.#open.delete(id);
      this.#rooms.delete(id);
    }
    const closing: Promise<void> = room
      .close()
      .catch((error) => this.#services.log.error({ err: error, session_id: id }, "a room could not be closed whole"))
      .then(async () => {
        if (!this.#rooms.has(id)) await this.#lease.releaseRoom(id);
        this.#services.log.info({ session_id: id }, "room closed");
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }
}
