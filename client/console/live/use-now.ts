import { useEffect, useState } from "react";

/** The time, in ms since 1970, once a second. `offsetMs` turns this device's clock into the server's. */
export function useNow(offsetMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now + offsetMs;
}
