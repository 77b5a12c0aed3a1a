import type { Page } from "puppeteer-core";
import { z } from "zod";

/** What the tests read of W3C webrtc-stats. */
const Stat = z.looseObject({ id: z.string(), type: z.string(), kind: z.string().optional() });
const Outbound = z.object({ timestamp: z.number(), ssrc: z.number(), framesSent: z.number(), packetsSent: z.number() });
/** Not `framesReceived`: Chromium leaves out those that needed a packet to be sent again. */
const Inbound = z.object({ timestamp: z.number(), framesDecoded: z.number(), packetsReceived: z.number() });
const Sound = z.object({
  concealedSamples: z.number(),
  silentConcealedSamples: z.number(),
  totalSamplesReceived: z.number(),
});
const Pair = z.object({
  localCandidateId: z.string(),
  remoteCandidateId: z.string(),
  state: z.string(),
  nominated: z.boolean(),
});
const Candidate = z.object({
  candidateType: z.string(),
  protocol: z.string(),
  relayProtocol: z.string().optional(),
  address: z.string().optional(),
});
type Stat = z.infer<typeof Stat>;

/** The statistics of all connections of a page that are not closed. */
async function readStats(page: Page): Promise<Stat[]> {
  const prototype = await page.evaluateHandle(() => RTCPeerConnection.prototype);
  const connections = await page.queryObjects(prototype);
  const stats = await connections.evaluate(async (all) => {
    const open = all.filter(({ connectionState }) => connectionState !== "closed");
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    // Ids are each connection's own.
    return reports.flatMap((report, i) =>
      [...report.values()].map((stat) => {
        const { id, localCandidateId, remoteCandidateId } = stat;
        const ids = { id, localCandidateId, remoteCandidateId };
        const own = Object.entries(ids).map(([key, value]) => [key, value === undefined ? undefined : `${i} ${value}`]);
        return { ...stat, ...Object.fromEntries(own) };
      }),
    );
  });
  await connections.dispose();
  await prototype.dispose();
  return z.array(Stat).parse(stats);
}

/** The newest camera that a page sends. */
export async function readSentVideo(page: Page) {
  const found = (await readStats(page)).filter(({ type, kind }) => type === "outbound-rtp" && kind === "video");
  return Outbound.parse(found.at(-1));
}

/** The camera that a page receives: the one of which the most has come. */
export async function readReceivedVideo(page: Page) {
  const found = (await readStats(page))
    .filter(({ type, kind }) => type === "inbound-rtp" && kind === "video")
    .flatMap((stat) => Inbound.safeParse(stat).data ?? []);
  return Inbound.parse(found.sort((a, b) => b.framesDecoded - a.framesDecoded)[0]);
}

/** The sound that a page receives: samples that were made up because nothing came, of all. */
export async function readReceivedSound(page: Page) {
  const found = (await readStats(page))
    .filter(({ type, kind }) => type === "inbound-rtp" && kind === "audio")
    .flatMap((stat) => Sound.safeParse(stat).data ?? []);
  return Sound.parse(found.sort((a, b) => b.totalSamplesReceived - a.totalSamplesReceived)[0]);
}

/** The ways that a page's connections use, by this page's own end of each. */
export async function readPaths(page: Page): Promise<z.infer<typeof Candidate>[]> {
  const stats = await readStats(page);
  const byId = new Map(stats.map((stat) => [stat.id, stat]));
  return stats
    .filter(({ type }) => type === "candidate-pair")
    .map((stat) => Pair.parse(stat))
    .filter(({ state, nominated }) => state === "succeeded" && nominated)
    .map(({ localCandidateId }) => Candidate.parse(byId.get(localCandidateId)));
}
