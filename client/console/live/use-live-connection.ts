import { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useEffect, useState } from "react";
import { enterAgain, enterSession, type StaffRole } from "./enter-session.ts";

export type LiveConnection =
  | { state: "entering" }
  | { state: "failed"; error: unknown }
  | { state: "in"; connection: RoomConnection };

/** Enters the session's room for as long as the component is there. A new `attempt` enters anew. */
export function useLiveConnection(sessionId: string, role: StaffRole, attempt: number): LiveConnection {
  const [entered, setEntered] = useState<LiveConnection>({ state: "entering" });
  // A new attempt is the reason to enter again.
  useEffect(() => {
    let left = false;
    let connection: RoomConnection | undefined;
    setEntered({ state: "entering" });
    enterSession(sessionId, role).then(
      (answer) => {
        if (left) return;
        connection = new RoomConnection({ answer, rejoin: () => enterAgain(sessionId, role) });
        setEntered({ state: "in", connection });
      },
      (error: unknown) => {
        if (!left) setEntered({ state: "failed", error });
      },
    );
    return () => {
      left = true;
      void connection?.leave();
    };
  }, [sessionId, role, attempt]);
  return entered;
}
