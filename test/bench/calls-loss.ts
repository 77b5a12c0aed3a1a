import type { Measured } from "../helpers/bench-report.ts";
import { startCall } from "../helpers/call.ts";
import { freePort } from "../helpers/free-port.ts";
import { launchOnHost } from "../helpers/network/launch-on-host.ts";
import { measureDelivery } from "../helpers/network/measure-delivery.ts";
import { NetworkLab } from "../helpers/network/network-lab.ts";
import { reachableAt } from "../helpers/network/reachable-at.ts";
import { type BenchContext, startInstallation } from "./bench.ts";

const DELAY_MS = 50;
const LOSS = 0.05;

/** What arrives of a call, in real Chromium on a host behind a bad network. Nothing where this may not make networks. */
export async function measureLoss(context: BenchContext, seconds: number): Promise<Measured[]> {
  const { cleanup, say } = context;
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    say("a bad network is not measured: it needs Linux and root");
    return [];
  }
  const lab = await NetworkLab.open();
  cleanup.add(() => lab.close());
  const host = await lab.addHost({ delay_ms: DELAY_MS });
  const environment = reachableAt(lab.serverAddress, await freePort());
  const installation = await startInstallation(context, ["server", "media"], environment);
  const inspector = await launchOnHost(environment.PUBLIC_URL ?? "");
  cleanup.add(() => inspector.close());
  const phone = await launchOnHost(environment.PUBLIC_URL ?? "", host);
  cleanup.add(() => phone.close());
  const call = await startCall(installation, inspector, {}, phone);
  const { frames, journal } = await measureDelivery(installation, call, { host, loss: LOSS, seconds });
  const of = `with ${LOSS * 100} % of loss and ${DELAY_MS} ms of delay both ways`;
  const kept = journal.video.kept + journal.audio.kept;
  const sent = journal.video.sent + journal.audio.sent;
  say(
    `${frames.seen.toFixed(1)} of ${frames.sent.toFixed(1)} frames a second, ${kept} of ${sent} packets in the journal`,
  );
  return [
    {
      name: `frames at the inspector ${of}`,
      value: (100 * frames.seen) / frames.sent,
      unit: "%",
      goal: { least: 98 },
    },
    { name: `packets in the journal ${of}`, value: (100 * kept) / sent, unit: "%", goal: { least: 99.9 } },
  ];
}
