import type { CodeState } from "@nexbasira/core/contract/signing.ts";
import { useEffect, useState } from "react";

/** Whole seconds until another code may be asked for, counted from what the server said last. */
export function useCountdown(code: CodeState): number {
  const [end, setEnd] = useState(() => endOf(code));
  const [now, setNow] = useState(() => Date.now());
  if (end.code !== code) setEnd(endOf(code));
  const left = Math.max(0, Math.ceil((end.at - Math.max(now, end.from)) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [left]);
  return left;
}

function endOf(code: CodeState) {
  const from = Date.now();
  return { code, from, at: from + code.resend_in_s * 1000 };
}
