import { LocalTrack, LocalTrackError, type LocalTrackProblem } from "@nexbasira/ui/room/local-track.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { useEffect, useState } from "react";

export interface OwnCamera {
  on: boolean;
  stream: MediaStream | null;
  problem: LocalTrackProblem | undefined;
  toggle: () => void;
}

/** Small: it is shown in a corner of a phone. */
const CONSTRAINTS: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 24 } };

/** One's own camera: off until it is switched on. */
export function useOwnCamera(connection: RoomConnection): OwnCamera {
  const [on, setOn] = useState(false);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [problem, setProblem] = useState<LocalTrackProblem>();
  useEffect(() => {
    if (!on) return;
    const track = new LocalTrack({
      source: "camera",
      constraints: CONSTRAINTS,
      onTrack: (opened) => {
        setStream(opened === null ? null : new MediaStream([opened]));
        if (opened === null) connection.unpublish("camera");
        else connection.publishTrack("camera", opened);
      },
    });
    track.open().catch((error: unknown) => {
      setProblem(error instanceof LocalTrackError ? error.problem : "unsupported");
      setOn(false);
    });
    return () => {
      connection.unpublish("camera");
      track.close();
      setStream(null);
    };
  }, [connection, on]);
  const toggle = () => {
    setProblem(undefined);
    setOn(!on);
  };
  return { on, stream, problem, toggle };
}
