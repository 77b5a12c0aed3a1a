import { useSyncExternalStore } from "react";
import type { RoomConnection, RoomSnapshot } from "./room-connection.ts";

/** What is known of the room now; the component is drawn again with every change. */
export function useRoom(connection: RoomConnection): RoomSnapshot {
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot);
}
