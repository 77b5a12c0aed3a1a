import { LocalTrack, LocalTrackError, type LocalTrackProblem } from "@nexbasira/ui/room/local-track.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useEffect, useRef, useState } from "react";

export interface Microphone {
  muted: boolean;
  /** Why there is no sound to send. */
  problem: LocalTrackProblem | undefined;
  toggle: () => void;
}

const CONSTRAINTS: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** One's own voice, sent from the entering on; `startMuted` where one comes into a talk of others. */
export function useMicrophone(connection: RoomConnection, startMuted: boolean): Microphone {
  const [muted, setMuted] = useState(startMuted);
  const [problem, setProblem] = useState<LocalTrackProblem>();
  const [attempt, setAttempt] = useState(0);
  const wanted = useRef(muted);
  // A new attempt is the reason to open it again.
  useEffect(() => {
    const track = new LocalTrack({
      source: "microphone",
      constraints: CONSTRAINTS,
      onTrack: (opened) => {
        if (opened === null) connection.unpublish("microphone");
        else connection.publishTrack("microphone", opened);
        // A track that comes anew is not muted by itself.
        connection.setPaused("microphone", wanted.current);
      },
    });
    track.open().then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(error instanceof LocalTrackError ? error.problem : "unsupported"),
    );
    return () => {
      connection.unpublish("microphone");
      track.close();
    };
  }, [connection, attempt]);
  useEffect(() => {
    wanted.current = muted;
    connection.setPaused("microphone", muted);
  }, [connection, muted]);
  const toggle = () => {
    // What was refused may have been allowed since.
    if (problem !== undefined) setAttempt((count) => count + 1);
    else setMuted(!muted);
  };
  return { muted, problem, toggle };
}
