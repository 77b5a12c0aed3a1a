import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, Page } from "puppeteer-core";
import { click, fill, openPage, testId, waitForMotion } from "./browser.ts";
import { enterLive } from "./enter-live.ts";
import type { Instance } from "./instance.ts";

export interface Call {
  session: Session;
  inspector: Page;
  phone: Page;
}

/**
 * An inspection that is live: the inspector in the console, the participant on a phone, the picture moving. The phone may
 * have a browser of its own; `extra` adds to the request that makes the session.
 */
export async function startCall(
  instance: Instance,
  browser: Browser,
  extra: object = {},
  phoneBrowser: Browser = browser,
): Promise<Call> {
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
  const session = await instance.post("/v1/sessions", { ...request, ...extra }, Session);
  const address = instance.environment.PUBLIC_URL ?? instance.url;
  const console_ = await openPage(browser, `${address}/console`, { viewport: { width: 1280, height: 720 } });
  const inspector = console_.page;
  await fill(inspector, "email", instance.credentials.admin.email);
  await fill(inspector, "password", instance.credentials.admin.password);
  await click(inspector, "sign-in");
  await inspector.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  await enterLive(inspector, address, session.id);
  await inspector.waitForSelector(testId("waiting"), { timeout: 20_000 });
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  const { page: phone } = await openPage(phoneBrowser, session.join_url, { viewport });
  await click(phone, "join");
  await waitForMotion(inspector, "field-video");
  return { session, inspector, phone };
}
