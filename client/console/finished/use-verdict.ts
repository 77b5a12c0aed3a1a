import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Report } from "../../../sdk/verify/src/report.ts";
import { serverTrust } from "../verify/use-trust.ts";
import { readPdf } from "./read-pdf.ts";

export interface VerdictState {
  report: Report | undefined;
  /** 0 to 1. */
  progress: number;
  failed: boolean;
  retry: () => void;
}

/** Verifies the signed PDF in this browser. The verifier comes when it is needed: it is larger than the page itself. */
export function useVerdict(sha256: string | null, link: string | null): VerdictState {
  const [progress, setProgress] = useState(0);
  const { data, isError, refetch } = useQuery({
    queryKey: ["verdict", sha256],
    enabled: link !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: async ({ signal, client }) => {
      const [{ verify }, pdf, trust] = await Promise.all([
        import("../../../sdk/verify/src/verify.ts"),
        client.fetchQuery({ ...readPdf(sha256, link), staleTime: Number.POSITIVE_INFINITY }),
        client.fetchQuery(serverTrust),
      ]);
      signal.throwIfAborted();
      return verify(pdf, { roots: [trust.roots], logKeys: trust.log_keys, onProgress: setProgress });
    },
  });
  return { report: data, progress, failed: isError, retry: () => void refetch() };
}
