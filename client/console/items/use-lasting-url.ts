import { useRef } from "react";

/**
 * The first link to what `identity` names, for as long as that is shown. Links are short-lived and made anew with every
 * answer; a PDF or a player must not start again because of that.
 */
export function useLastingUrl(identity: string | null, url: string | null): string | null {
  const kept = useRef<{ identity: string; url: string }>(undefined);
  if (identity === null || url === null) return url;
  if (kept.current?.identity !== identity) kept.current = { identity, url };
  return kept.current.url;
}
