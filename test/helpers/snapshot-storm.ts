import { createHash } from "node:crypto";
import { EvidenceItemPage } from "@nexbasira/core/contract/evidence.ts";
import type { z } from "zod";
import type { BreakingProxy } from "./breaking-proxy.ts";
import type { Installation } from "./installation.ts";
import type { LastingPhone } from "./lasting-phone.ts";
import { numberPhoto } from "./numbered-photos.ts";
import { waitFor } from "./wait-for.ts";

const LIMIT_MS = 60_000;
/** Less than any photo, more than what says that one comes: so far up, an upload is in its middle. */
const MIDDLE_BYTES = 300_000;

export interface Storm {
  phone: LastingPhone;
  proxy: BreakingProxy;
  /** Of 12 and of 50 megapixels. */
  photos: readonly Buffer[];
}

/** What happens while a photo is taken and sent, `take` being that; each begins and ends with a phone in the call. */
const WEATHER: ((storm: Storm, take: () => Promise<void>) => Promise<void>)[] = [
  async (_storm, take) => take(),
  async ({ proxy }, take) => {
    await inMiddle(proxy, take);
    proxy.become("cut");
  },
  async ({ proxy }, take) => {
    await take();
    proxy.become("whole");
  },
  async ({ proxy, phone }, take) => {
    await inMiddle(proxy, take);
    await phone.reload();
    await phone.live();
  },
  async ({ proxy }, take) => {
    await inMiddle(proxy, take);
    proxy.become("silent");
  },
  async ({ proxy }, take) => {
    await take();
    proxy.become("whole");
  },
  async ({ proxy }, take) => {
    const { lost } = proxy;
    proxy.become("deaf");
    await take();
    await waitFor("answers to be lost", () => proxy.lost >= lost + 3, LIMIT_MS);
    proxy.become("whole");
  },
  async ({ proxy, phone }, take) => {
    await phone.opensOffline();
    proxy.become("failing");
    await take();
    await phone.reload();
    await phone.live();
    proxy.become("whole");
  },
  async ({ proxy, phone }, take) => {
    proxy.become("slow");
    await inMiddle(proxy, take);
    await phone.kill();
    proxy.become("cut");
    await phone.open();
    await phone.live();
  },
  async ({ proxy }, take) => {
    proxy.become("slow");
    await take();
    proxy.become("whole");
  },
];
/** Which of the weathers has the photo of 50 megapixels: the cut. */
const LARGE = 1;

/** Resolves when so much went up since the photo was taken that an upload is on its way. */
async function inMiddle(proxy: BreakingProxy, take: () => Promise<void>): Promise<void> {
  await take();
  const { sent } = proxy;
  await waitFor("an upload in its middle", () => proxy.sent > sent + MIDDLE_BYTES, LIMIT_MS);
}

/**
 * Takes so many photos through cuts, silence, lost answers, a failing gateway, a slow way, reloads and killed browsers,
 * and waits until the phone says that all are received. Resolves with their hashes.
 */
export async function takeThroughStorm(
  storm: Storm,
  count: number,
  onTaken: (number: number) => void = () => undefined,
): Promise<string[]> {
  const { phone, proxy, photos } = storm;
  const hashes: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const kind = (number - 1) % WEATHER.length;
    const photo = photos[kind === LARGE ? 1 : 0] ?? Buffer.alloc(0);
    await WEATHER[kind]?.(storm, () => phone.takePhoto(photo, number));
    hashes.push(createHash("sha256").update(numberPhoto(photo, number)).digest("hex"));
    onTaken(number);
  }
  proxy.become("whole");
  await waitFor("all photos to be received", async () => (await phone.count("waiting")) === 0, 3 * LIMIT_MS);
  return hashes;
}

export interface StormDamage {
  lost: number;
  twice: number;
  /** Items whose bytes, read again from the server, are those that were taken. */
  equal: number;
}

/** What became of the photos with these hashes; provisional frames are not counted. */
export async function assess(
  installation: Pick<Installation, "api">,
  sessionId: string,
  hashes: readonly string[],
): Promise<StormDamage> {
  const found = new Map<string, number>();
  let equal = 0;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ session_id: sessionId, limit: "50", ...(cursor === "" ? {} : { cursor }) });
    const page: z.infer<typeof EvidenceItemPage> = EvidenceItemPage.parse(
      await (await installation.api(`/v1/evidence?${query}`)).json(),
    );
    for (const { id, sha256, provisional } of page.data) {
      if (provisional) continue;
      found.set(sha256, (found.get(sha256) ?? 0) + 1);
      const content = await installation.api(`/v1/evidence/${id}/content`);
      const bytes = Buffer.from(await content.arrayBuffer());
      if (hashes.includes(createHash("sha256").update(bytes).digest("hex"))) equal += 1;
    }
    cursor = page.next_cursor;
  }
  const others = [...found].filter(([hash]) => !hashes.includes(hash)).length;
  const repeated = [...found.values()].reduce((sum, times) => sum + times - 1, 0);
  return { lost: hashes.filter((hash) => !found.has(hash)).length, twice: repeated + others, equal };
}
