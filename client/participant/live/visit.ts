import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import type { CaptureTaken, Notice } from "@nexbasira/core/contract/signalling.ts";
import { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import type { CaptureRecord } from "@nexbasira/ui/capture/capture-record.ts";
import type { CaptureStore } from "@nexbasira/ui/capture/capture-store.ts";
import { NO_CONSENT, type PositionReading, readPosition } from "@nexbasira/ui/capture/read-position.ts";
import { sendCapture } from "@nexbasira/ui/capture/send-capture.ts";
import { NoPictureError, takePhoto, takeThumbnail, thumbnailOfFile } from "@nexbasira/ui/capture/take-photo.ts";
import { Chat } from "@nexbasira/ui/room/chat.ts";
import { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { Ending } from "@nexbasira/ui/room/room-socket.ts";
import type { Consents } from "../join-api.ts";
import { InspectorCommands } from "./inspector-commands.ts";
import { PhoneMedia } from "./phone-media.ts";
import { reportDevice } from "./report-device.ts";

export interface VisitOptions {
  answer: JoinAnswer;
  consents: Consents;
  store: CaptureStore;
  /** Asks for the way in again; see RoomConnection. */
  rejoin: () => Promise<JoinAnswer | Ending>;
}

/** What the inspector asks of the person because the phone cannot do it alone. */
export interface PhotoRequest {
  requestId: string;
  by: string;
}

/** All that lives while a participant is in a session: the room, the captures, camera and microphone. */
export class Visit {
  readonly room: RoomConnection;
  readonly captures: CaptureQueue;
  readonly media: PhoneMedia;
  readonly commands: InspectorCommands;
  readonly chat: Chat;
  readonly #reports: { close: () => void };
  readonly #consents: Consents;
  readonly #listeners = new Set<() => void>();
  #photoRequest: PhotoRequest | null = null;
  #wasLive = false;
  /** One photo at a time: a camera that is asked twice at once fails twice. */
  #photos: Promise<unknown> = Promise.resolve();

  constructor({ answer, consents, store, rejoin }: VisitOptions) {
    this.#consents = consents;
    this.captures = new CaptureQueue({
      participantId: answer.participant_id,
      store,
      send: sendCapture,
      accessToken: () => this.room.answer.access_token,
      renewAccess: () => this.room.renewAccess(),
      clockOffsetMs: () => this.room.clockOffsetMs,
      onStored: (record) => this.#announce(record, record.source !== "file"),
    });
    this.room = new RoomConnection({
      answer,
      rejoin,
      onCaptureRequested: (request) => this.#answerRequest(request),
      onDeviceCommanded: (command) => this.commands.run(command),
    });
    this.media = new PhoneMedia({ consents, room: this.room });
    this.commands = new InspectorCommands(this.media);
    this.#reports = reportDevice(this);
    this.chat = new Chat(this.room);
    this.room.subscribe(this.#followRoom);
    this.room.onNotice((notice) => {
      if (notice.name === "evidence.added") this.captures.confirm([notice.payload]);
    });
  }

  /** For `useSyncExternalStore`: what the inspector asks the person to take by hand, if anything. */
  readonly getPhotoRequest = (): PhotoRequest | null => this.#photoRequest;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes a photo with the camera in use. @throws {NoPictureError} where there is no picture to take. */
  takePhoto(requestId?: string): Promise<CaptureRecord> {
    const taken = this.#photos.then(() => this.#takePhoto(requestId));
    // One that failed does not stop the next.
    this.#photos = taken.catch(() => undefined);
    return taken;
  }

  /** Adds a photo that the person took with the phone's own camera app. */
  addPhotoFile(file: File): Promise<CaptureRecord> {
    const requestId = this.#photoRequest?.requestId;
    this.#ask(null);
    return this.#addFile("snapshot", file, requestId);
  }

  addDocument(file: File): Promise<CaptureRecord> {
    return this.#addFile("document", file);
  }

  dismissPhotoRequest(): void {
    this.#ask(null);
  }

  close(): void {
    this.#reports.close();
    this.media.close();
    this.captures.close();
    this.chat.close();
    this.room.close();
  }

  #addFile(kind: CaptureRecord["kind"], file: File, requestId?: string): Promise<CaptureRecord> {
    return this.captures.add({
      kind,
      blob: file,
      source: "file",
      filename: cleanName(file.name),
      deviceTime: new Date(),
      position: this.#readPosition(),
      thumbnail: thumbnailOfFile(file),
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  async #takePhoto(requestId?: string): Promise<CaptureRecord> {
    const { track, video } = this.media;
    if (track === null || video === null) throw new NoPictureError("The camera is off.");
    const deviceTime = new Date();
    const position = this.#readPosition();
    const thumbnail = takeThumbnail(video);
    const photo = await takePhoto(video, track);
    return this.captures.add({
      kind: "snapshot",
      ...photo,
      deviceTime,
      position,
      thumbnail,
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  async #answerRequest({ request_id, by }: Notice<"capture.requested">): Promise<CaptureTaken> {
    try {
      const { capture_id, sha256 } = await this.takePhoto(request_id);
      return { ok: true, capture_id, sha256 };
    } catch (error) {
      if (!(error instanceof NoPictureError)) reportError(error);
      this.#ask({ requestId: request_id, by });
      return {
        ok: false,
        code: "asked_participant",
        message: "The phone cannot take it by itself. The participant is asked on the screen.",
      };
    }
  }

  #ask(request: PhotoRequest | null): void {
    this.#photoRequest = request;
    for (const listener of this.#listeners) listener();
  }

  #readPosition(): Promise<PositionReading> {
    return this.#consents.location ? readPosition() : Promise.resolve(NO_CONSENT);
  }

  /** After each entering: what the server has is done, what waits is announced again and sent. */
  readonly #followRoom = (): void => {
    const { phase, room } = this.room.getSnapshot();
    const live = phase === "live";
    if (live && !this.#wasLive && room !== null) {
      this.captures.confirm(room.items);
      for (const record of this.captures.getSnapshot().records) {
        if (record.state === "saved" || record.state === "sending") this.#announce(record, false);
      }
      this.captures.kick();
    }
    this.#wasLive = live;
  };

  /** `live`: the picture that is sent at this moment shows it. */
  #announce({ capture_id, kind, sha256, size, request_id }: CaptureRecord, live: boolean): void {
    const capture = { capture_id, kind, sha256, size, live, ...(request_id === null ? {} : { request_id }) };
    this.room.request("capture.announce", capture).catch((error: unknown) => {
      // Without a connection it is announced at the next entering; the upload itself needs no announcement.
      if (!(error instanceof RoomRequestError)) reportError(error);
    });
  }
}

/** A file's name as the contract takes it: one line of well-formed text, at most 255 characters. */
function cleanName(name: string): string {
  const clean = name
    .replace(/[\p{Cc}\p{Surrogate}]/gu, " ")
    .trim()
    .slice(-255)
    .trim();
  return clean === "" ? "file" : clean;
}
