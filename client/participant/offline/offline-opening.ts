const SCRIPT = "/s/service-worker.js";
const SCOPE = "/s/";
const CACHES = "nexbasira-page-";
/** The call comes first. */
const AFTER_MS = 2_000;

/** From soon on the links' page opens on this phone without a network. Where the browser cannot, all else works. */
export function allowOfflineOpening(): void {
  if (!import.meta.env.PROD || navigator.serviceWorker === undefined) return;
  setTimeout(() => {
    navigator.serviceWorker.register(SCRIPT, { scope: SCOPE, updateViaCache: "none" }).catch(() => {
      // A private window, a full disk, a network that is gone already: the page that is open goes on without.
    });
  }, AFTER_MS);
}

/** Takes back `allowOfflineOpening` and all that was kept for it. */
export async function endOfflineOpening(): Promise<void> {
  if (navigator.serviceWorker === undefined || !("caches" in globalThis)) return;
  try {
    const registration = await navigator.serviceWorker.getRegistration(SCOPE);
    await registration?.unregister();
    for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
  } catch {
    // A SecurityError where the browser keeps nothing for this page: then there is nothing to take back.
  }
}
