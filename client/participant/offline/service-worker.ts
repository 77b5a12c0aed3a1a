/*
 * Opens the participant's page without a network. It answers for the page itself and for its hashed files only, and for
 * the page only where the network does not: evidence, answers of the API and everything else go past it. It is written
 * into each build with what that build consists of (client/offline-page.ts).
 */

/** A service worker's scope (W3C Service Workers), as far as it is used; TypeScript has it only instead of the page's. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
declare const self: {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: FetchEvent) => void): void;
};

/** `page`: the HTML as the server sends it. `files`: paths of all that the page may load. */
declare const BUILD: { readonly version: string; readonly page: string; readonly files: readonly string[] };

/** Read once: the build writes it in wherever it is named. */
const { version, page: builtPage, files } = BUILD;

const PREFIX = "nexbasira-page-";
const CACHE = PREFIX + version;
/** Every link has the same page; no link is called so. */
const PAGE = "/s/offline";
/** A phone may hold a network that leads nowhere: after so long without an answer, there is none. */
const NO_ANSWER_MS = 6_000;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request));
  else if (pathname.startsWith("/assets/")) event.respondWith(openAsset(request));
});

/** Fails where the server has another build by now: the browser asks for that one's worker next time. */
async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { cache: "no-store" });
  if (!page.ok || (await page.clone().text()) !== builtPage) throw new Error("the page is of another build");
  // Most of them are in the browser's own cache, from the page that is open.
  await Promise.all([cache.put(PAGE, page), cache.addAll([...files])]);
  await self.skipWaiting();
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

/** The server's page; where none comes, that of this build. */
async function openPage(request: Request): Promise<Response> {
  let failure: unknown;
  try {
    const answer = await Promise.race([fetch(request), silence()]);
    // Of a gateway in front of a server that is away.
    if (answer !== null && (answer.status < 502 || answer.status > 504)) return answer;
  } catch (error) {
    failure = error;
  }
  const kept = await caches.match(PAGE, { cacheName: CACHE, ignoreVary: true });
  if (kept !== undefined) return kept;
  throw failure ?? new TypeError("the server does not answer");
}

function silence(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), NO_ANSWER_MS));
}

/** Their names hold their hash: what is kept is right for ever. */
async function openAsset(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: CACHE, ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}

export {};
