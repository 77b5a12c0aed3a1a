import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { click, testId } from "../helpers/browser.ts";
import type { Installation } from "../helpers/installation.ts";
import { type BareCalls, startBareCalls } from "./bare-call.ts";
import type { BenchContext } from "./bench.ts";
import { watchClick, watchFirstFrame } from "./page-times.ts";
import { launchForCalls, newSession, openInspector, openPhone, signInToConsole } from "./product-call.ts";

const VIDEO = testId("field-video");

/**
 * The participant's click on "join" to the first frame of their camera on the inspector's screen, in real Chromium with
 * a fake camera. The inspector waits in the session, the participant has opened the link and read it; the call is
 * recorded. Between two joins of the product there is one of the bare call, so that both meet the same machine. The
 * workers do not run: they have nothing to do with a join, and what follows a session's end would disturb the next one.
 */
export async function measureJoins(
  context: BenchContext,
  installation: Installation,
  joins: number,
): Promise<Measured[]> {
  const { say } = context;
  const browser = await launchForCalls(context);
  const signedIn = await signInToConsole(browser, installation);
  const bareCalls = await startBareCalls(context, browser);
  const own: number[] = [];
  const bare: number[] = [];
  for (let i = 1; i <= joins; i += 1) {
    own.push(await joinProduct(installation, browser, signedIn));
    bare.push(await joinBare(bareCalls));
    say(`join ${i} of ${joins}: ${seconds(own)} s, bare ${seconds(bare)} s`);
  }
  await browser.close();
  return [
    {
      name: "click to first frame, p50",
      value: percentile(own, 0.5),
      unit: "s",
      baseline: percentile(bare, 0.5),
      goal: { most: 0.7 },
    },
    {
      name: "click to first frame, p95",
      value: percentile(own, 0.95),
      unit: "s",
      baseline: percentile(bare, 0.95),
      goal: { most: 1.5 },
    },
  ];
}

async function joinProduct(installation: Installation, browser: Browser, signedIn: BrowserContext): Promise<number> {
  const session = await newSession(installation);
  const inspector = await openInspector(signedIn, installation, session);
  const phone = await openPhone(browser, session);
  const taken = await clickToFrame(phone, inspector);
  await installation.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  await phone.browserContext().close();
  await inspector.close();
  return taken;
}

async function joinBare({ openViewer, openSender }: BareCalls): Promise<number> {
  const viewer = await openViewer();
  const sender = await openSender();
  const taken = await clickToFrame(sender, viewer);
  await sender.browserContext().close();
  await viewer.browserContext().close();
  return taken;
}

/** In seconds. */
async function clickToFrame(sender: Page, viewer: Page): Promise<number> {
  const firstFrame = await watchFirstFrame(viewer, VIDEO);
  const clicked = await watchClick(sender);
  await click(sender, "join");
  return ((await firstFrame()) - (await clicked())) / 1000;
}

function seconds(values: readonly number[]): string {
  return (values.at(-1) ?? 0).toFixed(3);
}
