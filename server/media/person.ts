import type { Role } from "@nexbasira/core/contract/common.ts";
import {
  CaptureTaken,
  CommandDone,
  type Notice,
  type NoticeName,
  type Person as PersonInfo,
} from "@nexbasira/core/contract/signalling.ts";
import type { z } from "zod";
import type { PersonMedia } from "./person-media.ts";

/** What a device is asked by a notice, and how it answers. */
export const DEVICE_ANSWERS = { "capture.requested": CaptureTaken, "device.commanded": CommandDone } as const;
export type DeviceQuestion = keyof typeof DEVICE_ANSWERS;
export type DeviceAnswer<Name extends DeviceQuestion> = z.infer<(typeof DEVICE_ANSWERS)[Name]>;
/** What any device answers that does not do it. */
export type DeviceRefusal = { ok: false; code: string; message: string };

/** A person's socket, as a room sees it. */
export interface Connection {
  notify<Name extends NoticeName>(name: Name, payload: Notice<Name>): void;
  /** The same for what is worth nothing a moment later: dropped where the socket cannot take it at once. */
  hint<Name extends NoticeName>(name: Name, payload: Notice<Name>): void;
  /** Resolves with the device's answer; an answer that makes no sense, or none in time, is a refusal of the device's. */
  ask<Name extends DeviceQuestion>(
    name: Name,
    payload: Notice<Name>,
    timeoutMs: number,
  ): Promise<DeviceAnswer<Name> | DeviceRefusal>;
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
