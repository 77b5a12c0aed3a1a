import type { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { useCallback, useEffect, useRef, useState } from "react";
import { openCheckedDevice, watchLevel } from "./check-devices.ts";
import { checkNetwork } from "./check-network.ts";
import { type CheckName, type CheckResult, type CheckResults, NOT_CHECKED } from "./check-results.ts";

export interface Check {
  results: CheckResults;
  state: "ready" | "running" | "done";
  /** What the camera sees, while it is open. */
  picture: MediaStream | null;
  /** How loud the microphone is, 0 to 1; null while it is not open. */
  level: number | null;
  start: () => void;
  setSpeaker: (heard: boolean) => void;
}

/** A check of device and network; camera and microphone are open until the component goes. */
export function useCheck(open: () => Promise<CheckAnswer>): Check {
  const [results, setResults] = useState(NOT_CHECKED);
  const [state, setState] = useState<Check["state"]>("ready");
  const [picture, setPicture] = useState<MediaStream | null>(null);
  const [level, setLevel] = useState<number | null>(null);
  const ending = useRef<(() => void)[]>([]);

  const tell = useCallback((name: CheckName, result: CheckResult) => {
    setResults((before) => ({ ...before, [name]: result }));
  }, []);

  const end = useCallback(() => {
    for (const close of ending.current.splice(0)) close();
  }, []);
  useEffect(() => end, [end]);

  const start = useCallback(() => {
    end();
    const abort = new AbortController();
    ending.current.push(() => abort.abort());
    setResults(NOT_CHECKED);
    setPicture(null);
    setLevel(null);
    setState("running");
    const devices = (async () => {
      // One question after the other: two at once are easily taken for one.
      for (const kind of ["camera", "microphone"] as const) {
        tell(kind, { verdict: "running" });
        const { result, stream } = await openCheckedDevice(kind);
        const stop = () => {
          for (const track of stream?.getTracks() ?? []) track.stop();
        };
        if (abort.signal.aborted) return stop();
        ending.current.push(stop);
        tell(kind, result);
        if (stream && kind === "camera") setPicture(stream);
        if (stream && kind === "microphone") ending.current.push(watchLevel(stream, setLevel));
      }
    })();
    const network = checkNetwork(open, (name, result) => !abort.signal.aborted && tell(name, result), abort.signal);
    void Promise.all([devices, network]).then(() => !abort.signal.aborted && setState("done"));
  }, [end, open, tell]);

  const setSpeaker = useCallback((heard: boolean) => tell("speaker", { verdict: heard ? "works" : "fails" }), [tell]);
  return { results, state, picture, level, start, setSpeaker };
}
