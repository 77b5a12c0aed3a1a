import { Session } from "@nexbasira/core/contract/session.ts";
import { type Browser, type BrowserContext, launch, type Page } from "puppeteer-core";
import { click, fill, launchOptions, openPage, testId } from "../helpers/browser.ts";
import { enterLive } from "../helpers/enter-live.ts";
import type { Installation } from "../helpers/installation.ts";
import { waitFor } from "../helpers/wait-for.ts";
import type { BenchContext } from "./bench.ts";

const CONSOLE_VIEW = { width: 1280, height: 720 };
const PHONE_VIEW = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const POSITION = { latitude: 50.087451, longitude: 14.420671, accuracy: 12 };

/** Two people have two devices: neither page is in the background of the other. */
const BOTH_IN_FRONT = [
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

/** Signals are for the bench to answer: puppeteer would end the process before anything is cleaned up. */
const NO_SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

export async function launchForCalls({ cleanup }: BenchContext): Promise<Browser> {
  const browser = await launch({ ...launchOptions(...BOTH_IN_FRONT), ...NO_SIGNALS });
  cleanup.add(() => browser.close());
  return browser;
}

export function newSession(installation: Installation, extra: object = {}): Promise<Session> {
  const participant = { name: "Marie Lefèvre", channel: "link", locale: "en" };
  const request = { type: "field_inspection", reference: "INS-42871", participant, recording: true, ...extra };
  return installation.post("/v1/sessions", request, Session);
}

/** The cookies of a browser in which the administrator has signed in. */
export async function signInToConsole(browser: Browser, installation: Installation): Promise<BrowserContext> {
  const { page } = await openPage(browser, `${installation.url}/console`);
  await fill(page, "email", installation.credentials.admin.email);
  await fill(page, "password", installation.credentials.admin.password);
  await click(page, "sign-in");
  await page.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  const context = page.browserContext();
  await page.close();
  return context;
}

/** The inspector opens a session in a tab of its own and is in its room, waiting for the participant. */
export async function openInspector(
  signedIn: BrowserContext,
  installation: Installation,
  session: Session,
): Promise<Page> {
  const inspector = await signedIn.newPage();
  await inspector.setViewport(CONSOLE_VIEW);
  await enterLive(inspector, installation.url, session.id);
  await inspector.waitForSelector(testId("waiting"), { timeout: 20_000 });
  await waitFor("the inspector to be in the room", () =>
    installation.testDatabase.database
      .selectFrom("participants")
      .select("id")
      .where("session_id", "=", session.id)
      .where("role", "=", "inspector")
      .where("left_at", "is", null)
      .executeTakeFirst(),
  );
  return inspector;
}

/**
 * The participant has opened the link on a phone that has never been here, has read the page, and is about to join: what
 * the call needs has been fetched meanwhile.
 */
export async function openPhone(browser: Browser, session: Session): Promise<Page> {
  const { page } = await openPage(browser, session.join_url, { viewport: PHONE_VIEW, position: POSITION });
  await page.waitForSelector(testId("join"), { visible: true, timeout: 20_000 });
  await page.waitForNetworkIdle({ idleTime: 500, timeout: 20_000 });
  return page;
}
