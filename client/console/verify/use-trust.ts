import { VerificationTrust } from "@nexbasira/core/contract/verification-trust.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { TrustOptions } from "../../../sdk/verify/src/index.ts";

/** What this server names as its own authorities: its word, and that of nobody else. */
export const serverTrust = queryOptions({
  queryKey: ["verification-trust"],
  queryFn: ({ signal }) => fetchJson("/verify/trust.json", { schema: VerificationTrust, signal }),
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
});

/** Whom the reader trusts: this server's own authorities, as it names them, and roots of their own. */
export interface TrustState {
  options: TrustOptions;
  /** Undefined while it is not there, or where the server does not answer. */
  server: VerificationTrust | undefined;
  usesServer: boolean;
  setUsesServer(uses: boolean): void;
  own: string;
  setOwn(pem: string): void;
}

export function useTrust(): TrustState {
  const [usesServer, setUsesServer] = useState(true);
  const [own, setOwn] = useState("");
  const { data: server } = useQuery(serverTrust);
  const options = useMemo(() => {
    const given = usesServer ? server : undefined;
    return { roots: [given?.roots ?? "", own], logKeys: given?.log_keys ?? [] };
  }, [usesServer, server, own]);
  return { options, server, usesServer, setUsesServer, own, setOwn };
}
