import type { Measured } from "../helpers/bench-report.ts";
import { BreakingProxy } from "../helpers/breaking-proxy.ts";
import { LastingPhone } from "../helpers/lasting-phone.ts";
import { makePhotos } from "../helpers/numbered-photos.ts";
import { assess, takeThroughStorm } from "../helpers/snapshot-storm.ts";
import { type BenchContext, startInstallation } from "./bench.ts";
import { newSession } from "./product-call.ts";

/**
 * So many snapshots of 12 and 50 megapixels from a real browser through a network that is cut, silent, slow, that loses
 * answers and fails, with reloads and killed browsers in between: how many are lost, there twice, and equal.
 */
export async function measureSurvival(context: BenchContext, snapshots: number): Promise<Measured[]> {
  const { cleanup, say } = context;
  const proxy = await BreakingProxy.open();
  cleanup.add(() => proxy.close());
  const installation = await startInstallation(context, ["server", "media"], { PUBLIC_URL: proxy.url });
  proxy.target = Number(new URL(installation.url).port);
  const session = await newSession(installation, {});
  const phone = await LastingPhone.enter(session.join_url);
  cleanup.add(() => phone.close());
  const hashes = await takeThroughStorm({ phone, proxy, photos: await makePhotos() }, snapshots, (number) =>
    say(`snapshot ${number} of ${snapshots} is kept on the phone`),
  );
  const { lost, twice, equal } = await assess(installation, session.id, hashes);
  const through = `${snapshots} snapshots through cuts and reloads`;
  return [
    { name: `${through}: lost`, value: lost, unit: "", goal: { most: 0 } },
    { name: `${through}: twice`, value: twice, unit: "", goal: { most: 0 } },
    { name: `${through}: equal`, value: equal, unit: "", goal: { least: snapshots } },
  ];
}
