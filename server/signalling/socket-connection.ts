import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import type { Notice, NoticeName } from "@nexbasira/core/contract/signalling.ts";
import type { Socket } from "socket.io";
import type { z } from "zod";
import {
  type Connection,
  DEVICE_ANSWERS,
  type DeviceAnswer,
  type DeviceQuestion,
  type DeviceRefusal,
  type Person,
} from "../media/person.ts";
import type { Room } from "../media/room.ts";

/** The same table under a type that the compiler can follow for a name it does not know yet. */
const answers: { [Name in DeviceQuestion]: z.ZodType<DeviceAnswer<Name>> } = DEVICE_ANSWERS;

/** One person's socket, from the handshake to its end. */
export class SocketConnection implements Connection {
  readonly claims: AccessClaims;
  readonly #socket: Socket;
  #place: { room: Room; person: Person } | undefined;
  #gone = false;

  constructor(socket: Socket, claims: AccessClaims) {
    this.#socket = socket;
    this.claims = claims;
  }

  /** The room that was entered, and as whom; undefined before and after that. */
  get place(): { room: Room; person: Person } | undefined {
    return this.#place;
  }

  /** A socket that was lost while its person entered is one that was lost after it. */
  entered(room: Room, person: Person): void {
    if (this.#gone) room.disconnected(person, this);
    else this.#place = { room, person };
  }

  left(): void {
    this.#place = undefined;
  }

  /** The socket is gone. */
  lost(): void {
    const place = this.#place;
    this.#gone = true;
    this.#place = undefined;
    place?.room.disconnected(place.person, this);
  }

  notify<Name extends NoticeName>(name: Name, payload: Notice<Name>): void {
    this.#socket.emit(name, payload);
  }

  hint<Name extends NoticeName>(name: Name, payload: Notice<Name>): void {
    this.#socket.volatile.emit(name, payload);
  }

  async ask<Name extends DeviceQuestion>(
    name: Name,
    payload: Notice<Name>,
    timeoutMs: number,
  ): Promise<DeviceAnswer<Name> | DeviceRefusal> {
    let answer: unknown;
    try {
      answer = await this.#socket.timeout(timeoutMs).emitWithAck(name, payload);
    } catch {
      // socket.io rejects when the time is over or the socket is gone; which of them makes no difference to who waits.
      return { ok: false, code: "unavailable", message: "The phone did not answer in time." };
    }
    const parsed = answers[name].safeParse(answer);
    return parsed.success
      ? parsed.data
      : { ok: false, code: "internal_error", message: "The phone's answer made no sense." };
  }

  disconnect(): void {
    this.#gone = true;
    this.#place = undefined;
    this.#socket.disconnect(true);
  }
}
