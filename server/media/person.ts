import type { Role } from "@nexbasira/core/contract/common.ts";
import type { CaptureTaken, Notice, NoticeName, Person as PersonInfo } from "@nexbasira/core/contract/signalling.ts";
import type { PersonMedia } from "./person-media.ts";

/** A person's socket, as a room sees it. */
export interface Connection {
  notify<Name extends NoticeName>(name: Name, payload: Notice<Name>): void;
  /** Resolves with the device's answer; an answer that makes no sense, or none in time, is a failure of the device's. */
  requestCapture(request: Notice<"capture.requested">, timeoutMs: number): Promise<CaptureTaken>;
  /** Closes the socket when what was sent before is on its way. */
  disconnect(): void;
}

/** Somebody in a room, from the first entering to the leaving, over however many sockets. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly deviceId: string;
  /** ms since 1970. */
  readonly enteredAt: number;
  connection: Connection | undefined;
  media: PersonMedia;
  /** Runs while the device is silent. */
  grace: NodeJS.Timeout | undefined;
}

export function toPersonInfo(person: Person): PersonInfo {
  return { participant_id: person.id, role: person.role, name: person.name, entered_at: person.enteredAt };
}
