import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";

/** Whether the participant's phone can be asked for something now. */
export function isPhoneThere(connection: RoomConnection): boolean {
  const { room } = connection.getSnapshot();
  const phone = room?.people.find(({ role }) => role === "participant");
  return phone !== undefined && room?.unreachable.includes(phone.participant_id) === false;
}
