import { queryOptions } from "@tanstack/react-query";

/** The signed PDF's bytes, read once for all that shows or verifies them. */
export function readPdf(sha256: string | null, link: string | null) {
  return queryOptions({
    queryKey: ["pdf", sha256],
    queryFn: async ({ signal }) => {
      const response = await fetch(link ?? "", { signal });
      if (!response.ok) throw new Error(`The report answered ${response.status}.`);
      return response.blob();
    },
  });
}
