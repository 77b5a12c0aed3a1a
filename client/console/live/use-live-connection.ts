import { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useEffect, useState } from "react";
import { type Entering, enterAgain, enterSession } from "./enter-session.ts";
import type { RecordingConsent } from "./recording-consent.ts";

export type LiveConnection =
  | { state: "entering" }
  | { state: "failed"; error: unknown }
  | { state: "in"; connection: RoomConnection };

export interface LiveEntering extends Omit<Entering, "consent"> {
  /** Undefined until the member has answered: nobody enters before. */
  consent: RecordingConsent | undefined;
  /** A new one enters anew. */
  attempt: number;
}

/** Enters the session's room for as long as the component is there; anew where the way to enter changes. */
export function useLiveConnection({ sessionId, role, consent, attempt }: LiveEntering): LiveConnection {
  const [entered, setEntered] = useState<LiveConnection>({ state: "entering" });
  // A new attempt is the reason to enter again.
  useEffect(() => {
    if (consent === undefined) return;
    const entering = { sessionId, role, consent };
    let left = false;
    let connection: RoomConnection | undefined;
    setEntered({ state: "entering" });
    enterSession(entering).then(
      (answer) => {
        if (left) return;
        connection = new RoomConnection({ answer, rejoin: () => enterAgain(entering) });
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
  }, [sessionId, role, consent, attempt]);
  return entered;
}
