import { useCallback, useEffect, useRef, useState } from "react";
import type { Report, TrustOptions, UnreadableCode } from "../../../sdk/verify/src/index.ts";
import type { VerifyMessage, VerifyRequest } from "./verify-messages.ts";

export type Verification =
  | { state: "empty" }
  | { state: "reading"; name: string; share: number | undefined }
  | { state: "done"; name: string; report: Report }
  | { state: "failed"; name: string; code: UnreadableCode | "trust" | "crashed"; message: string };

/** Judges one file at a time in a worker of its own, which ends with it; a new file takes the place of the one before. */
export function useVerification(): { verification: Verification; judge(file: File, trust: TrustOptions): void } {
  const [verification, setVerification] = useState<Verification>({ state: "empty" });
  // Made with the page, so that it is there once the network is gone.
  const worker = useRef<Worker | null>(null);
  useEffect(() => {
    worker.current = startWorker();
    return () => worker.current?.terminate();
  }, []);
  const judge = useCallback((file: File, trust: TrustOptions) => {
    const current = worker.current;
    if (!current) return;
    const { name } = file;
    setVerification({ state: "reading", name, share: undefined });
    current.onmessage = ({ data }: MessageEvent<VerifyMessage>) => {
      if (data.kind === "progress") setVerification({ state: "reading", name, share: data.share });
      else if (data.kind === "report") setVerification({ state: "done", name, report: data.report });
      else setVerification({ state: "failed", name, code: data.code, message: data.message });
    };
    current.onerror = (event) => setVerification({ state: "failed", name, code: "crashed", message: event.message });
    current.postMessage({ file, trust } satisfies VerifyRequest);
  }, []);
  return { verification, judge };
}

function startWorker(): Worker {
  return new Worker(new URL("./verify-worker.ts", import.meta.url), { type: "module" });
}
