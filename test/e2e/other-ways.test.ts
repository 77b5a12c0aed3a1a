import { Outbox } from "@nexbasira/core/contract/console.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* The ways through the pages that are not the straight one. */

const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

let instance: Instance;
let browser: Browser;
let inspector: Page;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  const opened = await openPage(browser, `${instance.url}/console`, { viewport: { width: 1280, height: 720 } });
  inspector = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

const makeSession = () =>
  instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-2", participant: { name: "Jan", channel: "link" } },
    Session,
  );

test("a wrong password is said in words, and the right one leads in", async () => {
  await fill(inspector, "email", instance.credentials.admin.email);
  await fill(inspector, "password", "not the password");
  await click(inspector, "sign-in");
  await inspector.waitForSelector('[role="alert"]', { timeout: 20_000 });
  await fill(inspector, "password", instance.credentials.admin.password);
  await click(inspector, "sign-in");
  await inspector.waitForSelector(testId("new-inspection"), { timeout: 20_000 });
});

test("a new inspection from the console sends its mail to the outbox and shows the link", async () => {
  await click(inspector, "new-inspection");
  await fill(inspector, "name", "Růžena Nováková");
  await click(inspector, "channel-email");
  await fill(inspector, "email", "ruzena@example.org");
  await fill(inspector, "reference", "INS-77");
  await click(inspector, "create");
  const shown = await inspector.waitForSelector(testId("join-url"), { timeout: 20_000 });
  const link = await shown?.evaluate((element) => element.textContent);
  const message = await waitFor("the mail", async () => {
    const { data } = Outbox.parse(await (await fetch(`${instance.url}/development/outbox`)).json());
    return data.find((one) => one.link === link);
  });
  expect(message).toMatchObject({ channel: "email", to: "ruzena@example.org" });
  expect(message.html).toContain("Růžena Nováková");
});

test("who refuses camera and recording is in the call all the same, and nothing is recorded", async () => {
  const session = await makeSession();
  const { page } = await openPage(browser, session.join_url, { viewport: PHONE });
  // By the switches themselves: on a small phone the last rows lie below the button's bar until one scrolls.
  for (const kind of ["camera", "recording"]) {
    const input = await page.waitForSelector(`${testId(`consent-${kind}`)} input`, { timeout: 20_000 });
    await input?.evaluate((element) => element instanceof HTMLElement && element.click());
  }
  await click(page, "join");
  await page.waitForSelector(testId("no-camera"), { timeout: 20_000 });
  const { database } = instance.testDatabase;
  await waitFor("the participant", () =>
    database
      .selectFrom("events")
      .select("id")
      .where("session_id", "=", session.id)
      .where("type", "=", "participant.joined")
      .executeTakeFirst(),
  );
  const consents = await database
    .selectFrom("consents")
    .select(["kind", "granted"])
    .where("session_id", "=", session.id)
    .orderBy("kind")
    .execute();
  expect(consents).toEqual([
    { kind: "camera", granted: false },
    { kind: "location", granted: true },
    { kind: "microphone", granted: true },
    { kind: "recording", granted: false },
  ]);
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  await waitFor(
    "the report without a recording",
    async () =>
      (
        await database
          .selectFrom("evidence_files")
          .select("status")
          .where("session_id", "=", session.id)
          .executeTakeFirst()
      )?.status === "ready",
    60_000,
  );
  expect(await database.selectFrom("recordings").select("id").where("session_id", "=", session.id).execute()).toEqual(
    [],
  );
});

test("a link says what became of its session", async () => {
  const session = await makeSession();
  await instance.api(`/v1/sessions/${session.id}`, { method: "DELETE" });
  const { page } = await openPage(browser, session.join_url, { viewport: PHONE });
  await page.waitForSelector(`${testId("link-state")}[data-state="cancelled"]`, { timeout: 20_000 });
});

test("a session whose time is over ends by itself, and its link says so", async () => {
  const session = await makeSession();
  await instance.testDatabase.database
    .updateTable("sessions")
    .set({ expires_at: new Date(Date.now() - 1000) })
    .where("id", "=", session.id)
    .execute();
  await waitFor(
    "the expiry",
    async () => {
      const now = Session.parse(await (await instance.api(`/v1/sessions/${session.id}`)).json());
      return now.status === "expired" && now.ended_by === "time";
    },
    90_000,
  );
  const { page } = await openPage(browser, session.join_url, { viewport: PHONE });
  await page.waitForSelector(`${testId("link-state")}[data-state="expired"]`, { timeout: 20_000 });
});

test("a second phone takes over, and the first one says so", async () => {
  const session = await makeSession();
  const first = await openPage(browser, session.join_url, { viewport: PHONE });
  await click(first.page, "join");
  await first.page.waitForSelector(testId("live"), { timeout: 20_000 });
  const second = await openPage(browser, session.join_url, { viewport: PHONE });
  await click(second.page, "join");
  await second.page.waitForSelector(testId("live"), { timeout: 20_000 });
  await first.page.waitForSelector(testId("device-replaced"), { timeout: 20_000 });
});
