import { lazy } from "react";

const loadPage = () => import("./live-page.tsx");

/** Shown only after `loadCall`, so that it is there at once. */
export const LivePage = lazy(async () => ({ default: (await loadPage()).LivePage }));

/**
 * Fetches what the call needs, while the person reads the welcome page: the first page has to be usable within three
 * seconds on a slow phone. Rejects without a network.
 */
export async function loadCall(): Promise<typeof import("./visit.ts")> {
  const [visit] = await Promise.all([import("./visit.ts"), loadPage()]);
  return visit;
}
