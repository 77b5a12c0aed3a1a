import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { readPdf } from "./read-pdf.ts";

export interface Pdf {
  /** An address of this page's own that shows the file in place; undefined until it is there. */
  url: string | undefined;
  failed: boolean;
}

/**
 * Fetches the signed PDF and gives an address under which the browser shows it: the link itself is for saving (it is sent
 * as an attachment), and would end while the page is open.
 */
export function usePdf(sha256: string | null, link: string | null): Pdf {
  const { data, isError } = useQuery({
    ...readPdf(sha256, link),
    enabled: link !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => {
      setUrl(undefined);
      URL.revokeObjectURL(made);
    };
  }, [data]);
  return { url, failed: isError };
}
