import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, Page } from "puppeteer-core";
import { click, fill, openPage, testId, waitForMotion } from "./browser.ts";
import type { Instance } from "./instance.ts";

export interface Call {
  session: Session;
  inspector: Page;
  phone: Page;
}

/** An inspection that is live: the inspector in the console, the participant on a phone, the picture moving. */
export async function startCall(instance: Instance, browser: Browser, extra: object = {}): Promise<Call> {
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
  const session = await instance.post("/v1/sessions", { ...request, ...extra }, Session);
  const console_ = await openPage(browser, `${instance.url}/console`, { viewport: { width: 1280, height: 720 } });
  const inspector = console_.page;
  await fill(inspector, "email", instance.credentials.admin.email);
  await fill(inspector, "password", instance.credentials.admin.password);
  await click(inspector, "sign-in");
  await inspector.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
  await inspector.goto(`${instance.url}/console/sessions/${session.id}`, { waitUntil: "domcontentloaded" });
  await inspector.waitForSelector(testId("waiting"), { timeout: 20_000 });
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  const { page: phone } = await openPage(browser, session.join_url, { viewport });
  await click(phone, "join");
  await waitForMotion(inspector, "field-video");
  return { session, inspector, phone };
}
