import { AppError } from "@nexbasira/core/contract/errors.ts";
import { REQUESTS, type RequestName, type RequestPayload } from "@nexbasira/core/contract/signalling.ts";
import type { z } from "zod";
import type { RoomServices } from "../media/room-services.ts";
import type { Rooms } from "../media/rooms.ts";
import type { RoomMessage } from "./message-handler.ts";
import { MESSAGE_HANDLERS } from "./message-handlers.ts";
import type { SocketConnection } from "./socket-connection.ts";

/** The same table under a type that the compiler can follow for a name it does not know yet. */
const requests: { [Name in RequestName]: { roles: readonly string[]; payload: z.ZodType<RequestPayload<Name>> } } =
  REQUESTS;

export interface AnswerContext {
  services: RoomServices;
  rooms: Rooms;
}

/**
 * What a message is answered with: its name, its sender's role and its payload are checked, then its handler runs.
 *
 * @throws {AppError} for a refusal.
 */
export async function answerMessage(
  context: AnswerContext,
  connection: SocketConnection,
  name: string,
  payload: unknown,
): Promise<unknown> {
  if (!isRequestName(name)) throw new AppError("validation_error", "There is no such message.");
  const request = requests[name];
  if (!request.roles.includes(connection.claims.role)) {
    throw new AppError("permission_denied", `The role ${connection.claims.role} does not allow ${name}.`);
  }
  switch (name) {
    case "clock.read":
      parsePayload(name, payload);
      return { server_time_ms: Date.now() };
    case "room.enter":
      parsePayload(name, payload);
      return enterRoom(context, connection);
    case "room.leave":
      parsePayload(name, payload);
      return leaveRoom(connection);
    default:
      return handle(context, connection, name, payload);
  }
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}

function parsePayload<Name extends RequestName>(name: Name, payload: unknown): RequestPayload<Name> {
  const parsed = requests[name].payload.safeParse(payload);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join(".") ?? "";
  throw new AppError("validation_error", `${param === "" ? name : param}: ${issue?.message ?? "is wrong"}`, { param });
}

async function enterRoom({ rooms }: AnswerContext, connection: SocketConnection): Promise<unknown> {
  const room = await rooms.get(connection.claims.session_id);
  const { person, state } = await room.enter(connection.claims, connection);
  connection.entered(room, person);
  return state;
}

async function leaveRoom(connection: SocketConnection): Promise<unknown> {
  const { room, person } = placeOf(connection);
  connection.left();
  await room.leave(person);
  return {};
}

async function handle<Name extends RoomMessage>(
  { services }: AnswerContext,
  connection: SocketConnection,
  name: Name,
  payload: unknown,
): Promise<unknown> {
  const { room, person } = placeOf(connection);
  room.assertOpen();
  const handler: (typeof MESSAGE_HANDLERS)[Name] = MESSAGE_HANDLERS[name];
  return handler({ services, room, person }, parsePayload(name, payload));
}

function placeOf(connection: SocketConnection) {
  if (!connection.place) throw new AppError("conflict", "Enter the room first.");
  return connection.place;
}
