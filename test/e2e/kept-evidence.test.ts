import { createHash } from "node:crypto";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Browser, Page } from "puppeteer-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { click, clickButton, launchBrowser, testId } from "../helpers/browser.ts";
import { type EndedSession, endSessionWith, readWholeLog } from "../helpers/ended-session.ts";
import { Instance } from "../helpers/instance.ts";
import { openMemberPage } from "../helpers/member-page.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* What is kept, held, deleted and looked at, in the console. */

let instance: Instance;
let browser: Browser;
let jobs: JobQueue;
let page: Page;
let orgId: number;
let marie: EndedSession;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  browser = await launchBrowser();
  jobs = new JobQueue({ databaseUrl: instance.testDatabase.url, works: false, onError: () => {} });
  await jobs.start();
  const photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: "#396" } })
    .jpeg()
    .toBuffer();
  marie = await endSessionWith(instance, [new Uint8Array(photo)], {
    request: {
      reference: "INS-42871",
      participant: { name: "Marie L.", channel: "email", email: "marie@example.com" },
    },
    capture: { kind: "snapshot", media_type: "image/jpeg", source: "photo" },
  });
  orgId = (await database().selectFrom("organizations").select("id").executeTakeFirstOrThrow()).id;
  await makeCheckpoint(
    { database: database(), jobs, configuration: readConfiguration(instance.environment), authorities: [] },
    orgId,
    null,
  );
  page = await openMemberPage(instance, browser, "owner");
});
afterAll(async () => {
  await browser?.close();
  await jobs?.close();
  await instance?.stop();
});

const database = () => instance.testDatabase.database;
const go = (path: string) => page.goto(`${instance.url}/console/${path}`, { waitUntil: "domcontentloaded" });
const textOf = (name: string) => page.$eval(testId(name), (element) => element.textContent ?? "");
const shows = (name: string, text: string) =>
  waitFor(
    `${name} to say ${text}`,
    async () => (await page.$(testId(name))) !== null && (await textOf(name)).includes(text),
  );
/** On a busy machine a keystroke may get lost: what is there is looked at, and the rest typed. */
const fillWhole = (field: string, text: string) =>
  waitFor(
    `${field} to hold ${text}`,
    async () => {
      await page.locator(field).setTimeout(20_000).fill(text);
      return (await page.$eval(field, (element) => "value" in element && element.value)) === text;
    },
    60_000,
  );

test("rules are set in words and days, and a number that is none is refused before it is sent", async () => {
  await go("admin/retention");
  await page.waitForSelector(testId("retention-rules"), { timeout: 20_000 });
  const days = `${testId("rule-evidence")} input`;
  await page.locator(`${testId("rule-evidence")} ::-p-text(Limited)`).click();
  await page.locator(days).click({ count: 3 });
  await page.keyboard.type("0");
  expect(await page.$eval(testId("save-retention"), (element) => (element as HTMLButtonElement).disabled)).toBe(true);
  expect(await inBothThemes(page)).toEqual([]);
  await page.locator(days).click({ count: 3 });
  await page.keyboard.type("3650");
  await click(page, "save-retention");
  await waitFor("the rule to be stored", async () => {
    const row = await database().selectFrom("organizations").select("evidence_retention_days").executeTakeFirst();
    return row?.evidence_retention_days === 3650;
  });
});

test("a session is held with a reason, is listed, and is let go again", async () => {
  await go(`sessions/${marie.session.id}`);
  await clickButton(page, "Set a legal hold");
  await fillWhole('textarea[name="reason"]', "Case 12 C 7/2026");
  expect(await inBothThemes(page)).toEqual([]);
  await click(page, "confirm");
  await page.waitForSelector(testId("hold-notice"), { timeout: 20_000 });
  await go("admin/retention");
  await shows("retained-sessions", "Case 12 C 7/2026");
  await fillWhole('input[name="person"]', "marie@example.com");
  await click(page, "find-person");
  await clickButton(page, "Erase the person");
  await fillWhole('input[name="confirm"]', "Marie L.");
  await click(page, "confirm");
  const refusal = await page.waitForSelector('[role="dialog"] [role="alert"]', { timeout: 20_000 });
  expect(await refusal?.evaluate((alert) => alert.textContent)).toContain("under a legal hold");
  await go(`sessions/${marie.session.id}`);
  await clickButton(page, "Remove the hold");
  await click(page, "confirm");
  await page.waitForSelector(testId("hold-notice"), { hidden: true, timeout: 20_000 });
});

test("looking at a picture and saving it are told apart in the log", async () => {
  await go(`sessions/${marie.session.id}`);
  await click(page, "item");
  await page.waitForSelector(`${testId("lightbox")} img`, { timeout: 20_000 });
  const actions = async () =>
    (await readWholeLog(database(), orgId))
      .filter(({ object }) => object?.id === marie.items[0])
      .map(({ action }) => action);
  await waitFor("the viewing to be noted", async () => (await actions()).includes("evidence.viewed"));
  expect(await actions()).not.toContain("evidence.downloaded");
  const client = await page.createCDPSession();
  await client.send("Browser.setDownloadBehavior", { behavior: "deny" });
  await page.locator(`${testId("lightbox")} a[download]`).click();
  await waitFor("the download to be noted", async () => (await actions()).includes("evidence.downloaded"));
});

test("the log is searched by action and session, an entry is proven in the browser, and all of it is a file", async () => {
  await go("admin/audit");
  await page.waitForSelector(testId("audit-entry"), { timeout: 20_000 });
  await page.locator('input[name="action"]').fill("evidence.added");
  await page.keyboard.press("Enter");
  await waitFor("one entry", async () => (await page.$$(testId("audit-entry"))).length === 1);
  expect(new URL(page.url()).searchParams.get("action")).toBe("evidence.added");
  await click(page, "audit-entry");
  await shows("inclusion", "Proven to be in the signed log");
  const record = await textOf("record");
  const log = await readWholeLog(database(), orgId);
  const added = log.find(({ action }) => action === "evidence.added");
  expect(JSON.parse(record)).toEqual(added);
  expect(await inBothThemes(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.waitForSelector(testId("record"), { hidden: true, timeout: 20_000 });
  await go("admin/audit");
  await page.locator('input[name="about"]').setTimeout(20_000).fill("INS-42871");
  await page.keyboard.press("Enter");
  await waitFor("the session's filter", () => page.url().includes(marie.session.id));
  expect(await inBothThemes(page)).toEqual([]);
  const exported = await page.evaluate(async (selector) => {
    const link = document.querySelector<HTMLAnchorElement>(selector);
    return (await fetch(link?.href ?? "")).text();
  }, testId("export-jsonl"));
  const lines = exported.trimEnd().split("\n");
  const rows = await database()
    .selectFrom("audit_entries")
    .select(["record", "hash"])
    .where("session_id", "=", marie.session.id)
    .orderBy("sequence")
    .execute();
  expect(lines).toEqual(rows.map((row) => row.record));
  expect(lines.map((line) => createHash("sha256").update(line).digest("hex"))).toEqual(rows.map((row) => row.hash));
  expect((await readWholeLog(database(), orgId)).at(-1)).toMatchObject({
    action: "audit_log.exported",
    details: { format: "jsonl", session_id: marie.session.id },
  });
});

test("a log that was found damaged is an alarm, with what to do", async () => {
  const found = { size: 3, problem: "entry 3: its hash is another", verified_at: new Date() };
  await database()
    .insertInto("audit_verifications")
    .values({ org_id: orgId, ...found })
    .execute();
  await go("admin/audit");
  await shows("log-alarm", found.problem);
  expect(await textOf("log-alarm")).toContain("Keep a copy of the database");
  expect(await textOf("log-state")).toContain("The log does not hold");
  expect(await inBothThemes(page)).toEqual([]);
  await database().updateTable("audit_verifications").set({ problem: null }).execute();
  await go("admin/audit");
  await shows("log-state", "The log holds");
  expect(await page.$(testId("log-alarm"))).toBeNull();
});

test("deleted contents say so on the page, with the day and what is left", async () => {
  await go(`sessions/${marie.session.id}`);
  await clickButton(page, "Delete contents");
  await fillWhole('input[name="confirm"]', "INS-4287");
  expect(await page.$eval(testId("confirm"), (element) => (element as HTMLButtonElement).disabled)).toBe(true);
  await fillWhole('input[name="confirm"]', "INS-42871");
  await click(page, "confirm");
  await shows("deleted-notice", "by hand");
  expect(await inBothThemes(page)).toEqual([]);
  await click(page, "item");
  await shows("lightbox", "Its hash and its entries in the audit log are kept.");
  expect(await page.$(`${testId("lightbox")} a[download]`)).toBeNull();
});

test("a person is found, handed their data, and made unreadable by their name", async () => {
  await go("admin/retention");
  await fillWhole('input[name="person"]', "marie@example.com");
  await click(page, "find-person");
  await page.waitForSelector(testId("person-session"), { timeout: 20_000 });
  const archive = await page.evaluate(async (selector) => {
    const response = await fetch(document.querySelector<HTMLAnchorElement>(selector)?.href ?? "");
    const bytes = new Uint8Array(await response.arrayBuffer());
    return [response.headers.get("content-type"), String.fromCharCode(...bytes.slice(0, 2))];
  }, testId("export-person"));
  expect(archive).toEqual(["application/zip", "PK"]);
  await clickButton(page, "Erase the person");
  await fillWhole('input[name="confirm"]', "Marie L.");
  await click(page, "confirm");
  await waitFor("the name to be gone", async () => {
    const row = await database()
      .selectFrom("sessions")
      .select("participant_name")
      .where("id", "=", marie.session.id)
      .executeTakeFirst();
    return row?.participant_name === "[erased]";
  });
});

test("an administrator sees what is kept and finds no way to erase anybody", async () => {
  const other = await openMemberPage(instance, browser, "administrator");
  await other.goto(`${instance.url}/console/admin/retention?state=deleted`, { waitUntil: "domcontentloaded" });
  await other.waitForSelector(testId("retained-session"), { timeout: 20_000 });
  expect(await other.$(testId("person"))).toBeNull();
});
