import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import { CaptureTaken, type Notice, type NoticeName } from "@nexbasira/core/contract/signalling.ts";
import type { Socket } from "socket.io";
import type { Connection, Person } from "../media/person.ts";
import type { Room } from "../media/room.ts";

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

  async requestCapture(request: Notice<"capture.requested">, timeoutMs: number): Promise<CaptureTaken> {
    let answer: unknown;
    try {
      answer = await this.#socket.timeout(timeoutMs).emitWithAck("capture.requested", request);
    } catch {
      // socket.io rejects when the time is over or the socket is gone; which of them makes no difference to who waits.
      return { ok: false, code: "unavailable", message: "The phone did not answer in time." };
    }
    const taken = CaptureTaken.safeParse(answer);
    return taken.success
      ? taken.data
      : { ok: false, code: "internal_error", message: "The phone's answer made no sense." };
  }

  disconnect(): void {
    this.#gone = true;
    this.#place = undefined;
    this.#socket.disconnect(true);
  }
}
