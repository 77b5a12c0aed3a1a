import type { REQUESTS, RequestAnswer, RequestName, RequestPayload } from "@nexbasira/core/contract/signalling.ts";
import type { Person } from "../media/person.ts";
import type { Room } from "../media/room.ts";
import type { RoomServices } from "../media/room-services.ts";

/** What a message is about: who sent it, in which room. */
export interface Call {
  services: RoomServices;
  room: Room;
  person: Person;
}

/** Does what a message asks, and returns what it is answered with. Its role, its payload and its room are checked. */
type MessageHandler<Name extends RequestName> = (
  call: Call,
  payload: RequestPayload<Name>,
) => Promise<RequestAnswer<Name>>;

/** Messages that need no room yet are answered by the dispatcher. */
export type RoomMessage = Exclude<keyof typeof REQUESTS, "room.enter" | "room.leave" | "clock.read">;

export type MessageHandlers = { [Name in RoomMessage]: MessageHandler<Name> };
