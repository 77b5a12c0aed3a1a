import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Problem } from "@nexbasira/core/contract/common.ts";
import { CreatedWebhookEndpoint, WebhookEndpointPage } from "@nexbasira/core/contract/webhook.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { pythonTool, runTool } from "../conformance/run-tool.ts";
import { inBothThemes } from "../helpers/axe.ts";
import { click, clickButton, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";
import { makeMember } from "../helpers/make-organization.ts";
import { verifyDelivery } from "../helpers/verify-delivery.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type Received, type ReceiverAnswer, startReceiver } from "../helpers/webhook-receiver.ts";

/* Console → Admin → Webhooks, with real clicks and a real receiver. Each test goes on where the one before ended. */

const DESKTOP = { width: 1280, height: 720 };
const PHONE = { width: 360, height: 740, isMobile: true, hasTouch: true };

let instance: Instance;
let browser: Browser;
let page: Page;
let errors: string[];
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let answer: ReceiverAnswer = { status: 200, body: "taken" };
let secret: string;
beforeAll(async () => {
  receiver = await startReceiver(() => answer);
  instance = await Instance.start(["server", "workers"]);
  browser = await launchBrowser();
  ({ page, errors } = await openPage(browser, `${instance.url}/console/admin/webhooks`, { viewport: DESKTOP }));
  await fill(page, "email", instance.credentials.admin.email);
  await fill(page, "password", instance.credentials.admin.password);
  await click(page, "sign-in");
  await page.waitForSelector(testId("new-endpoint"), { timeout: 20_000 });
  // Before the sign-in, asking who one is was refused.
  errors.length = 0;
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  await receiver?.close();
});

const shown = (selector: string) => page.waitForSelector(selector, { timeout: 20_000 });
const textOf = (name: string) => page.$eval(testId(name), (element) => element.textContent ?? "");
const textOfPage = () => page.$eval("body", (body) => body.textContent ?? "");
const gone = (name: string) => page.waitForSelector(testId(name), { hidden: true, timeout: 20_000 });
const inState = (state: string) => shown(`${testId("endpoint-state")}[data-state="${state}"]`);
/** The page scrolls in its main part. */
/** Another kind of viewport makes the browser load the page again. */
async function isTooWide(): Promise<boolean> {
  await page.waitForSelector("main");
  return page.$eval("main", (main) => main.scrollWidth > main.clientWidth);
}

async function createSession(): Promise<void> {
  const participant = { name: "Marie L.", channel: "link" };
  const request = { type: "field_inspection", reference: "INS-42871", participant };
  await instance.post("/v1/sessions", request, z.object({ id: z.string() }));
}

/** What the receiver gets next. */
function nextReceived(): () => Promise<Received> {
  const before = receiver.received.length;
  return () => waitFor("a delivery", () => receiver.received[before], 20_000);
}

/** Fires a test and waits for how it went; what the receiver got. */
async function fireTest(): Promise<Received> {
  const next = nextReceived();
  await click(page, "test-fire");
  const received = await next();
  await shown(`${testId("test-result")}[data-status="delivered"]`);
  await page.locator(`${testId("test-result")} button[aria-label="Close"]`).click();
  await gone("test-result");
  return received;
}

function isSignedBy(received: Received, key: string): boolean {
  try {
    verifyDelivery(received, key);
    return true;
  } catch {
    return false;
  }
}

test("a page without endpoints says what webhooks are, and axe objects to nothing", async () => {
  await shown(testId("callback-prefix"));
  await waitFor("the list", async () => (await textOfPage()).includes("A webhook is an address of yours"));
  expect(await inBothThemes(page)).toEqual([]);
  expect(await textOf("callback-prefix")).toMatch(/^whsec_[0-9a-f]{6}…$/);
});

test("what is wrong is said at its field, also why an address was not reached", async () => {
  await click(page, "new-endpoint");
  await click(page, "submit-endpoint");
  const isInvalid = `${testId("endpoint-url")}[aria-invalid="true"]`;
  await shown(isInvalid);
  await page.waitForFunction((of) => document.querySelector(of) === document.activeElement, {}, testId("endpoint-url"));
  await fill(page, "endpoint-url", "http://127.0.0.1:9/nothing-listens-here");
  await page.waitForSelector(isInvalid, { hidden: true });
  await click(page, "submit-endpoint");
  await shown(isInvalid);
  const described = await page.$eval(testId("endpoint-url"), (field) => {
    const ids = field.getAttribute("aria-describedby")?.split(" ") ?? [];
    return ids.map((id) => document.getElementById(id)?.textContent).join(" ");
  });
  expect(described).toContain("ECONNREFUSED");
  expect(await inBothThemes(page)).toEqual([]);
  expect(errors.splice(0)).toEqual([expect.stringContaining("400")]);
});

test("an endpoint is registered in the browser; its secret is shown once, with code that verifies its deliveries", async () => {
  const probe = nextReceived();
  await fill(page, "endpoint-url", receiver.url);
  await fill(page, "endpoint-description", "Claims pipeline");
  await clickButton(page, "Test");
  await click(page, "submit-endpoint");
  await shown(testId("secret"));
  secret = await textOf("secret");
  expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);
  const probed = await probe();
  expect(isSignedBy(probed, secret)).toBe(true);

  const header = String(probed.headers["nb-signature"]);
  expect(await runNode(await textOf("verify-snippet"), [probed.body, header, secret])).toBe("true");
  expect(await runNode(await textOf("verify-snippet"), [`${probed.body} `, header, secret])).toBe("false");
  await clickButton(page, "Python");
  await page.waitForFunction(
    (of) => document.querySelector(of)?.textContent?.startsWith("import hashlib"),
    {},
    testId("verify-snippet"),
  );
  expect(await runPython(await textOf("verify-snippet"), [probed.body, header, secret])).toBe("True");
  expect(await runPython(await textOf("verify-snippet"), [probed.body, header, `${secret}0`])).toBe("False");
  expect(await inBothThemes(page)).toEqual([]);

  // A click beside it and Escape lose nothing.
  await page.mouse.click(10, 10);
  await page.keyboard.press("Escape");
  expect(await textOf("secret")).toBe(secret);
  await page.locator("::-p-aria([role='switch'])").click();
  await clickButton(page, "Done");
  await inState("active");
  await shown(testId("secret-prefix"));
  expect(await textOf("secret-prefix")).toBe(`whsec_${secret.slice(6, 12)}…`);
  expect(await textOfPage()).not.toContain(secret);
  expect(errors).toEqual([]);
});

test("a test fire shows live that it was delivered, and what was answered", async () => {
  const next = nextReceived();
  await click(page, "test-fire");
  await shown(testId("test-result"));
  expect(verifyDelivery(await next(), secret)).toMatchObject({ type: "webhook.test", data: { test: true } });
  await shown(`${testId("test-result")}[data-status="delivered"]`);
  const text = await textOf("test-result");
  expect(text).toContain("HTTP 200");
  expect(text).toContain("taken");
  await shown(`${testId("delivery")}[data-status="delivered"]`);
  await shown(testId("chart"));
});

test("a failed delivery shows its attempts, and is sent again under the same id once the receiver is mended", async () => {
  answer = { status: 503, body: "down for maintenance" };
  const failed = nextReceived();
  await createSession();
  const first = await failed();
  await waitFor("the attempt to be in the log", async () => {
    await click(page, "refresh");
    return page.$(`${testId("delivery")}[data-status="failed"]`);
  });
  await page.locator(`${testId("delivery")}[data-status="failed"] button`).click();
  await shown(`${testId("delivery-view")}[data-status="failed"]`);
  const text = await textOf("delivery-view");
  for (const part of ["1 attempt", "HTTP 503", "down for maintenance", "nb-delivery-attempt: 1", "Next attempt"]) {
    expect(text).toContain(part);
  }
  expect(await textOf("payload")).toContain("INS-42871");
  expect(text).not.toContain(String(first.headers["nb-signature"]));
  expect(await inBothThemes(page)).toEqual([]);
  await shown(testId("endpoint-state"));
  await page.waitForFunction(() => document.body.textContent?.includes("1 failure in a row"));

  answer = { status: 200, body: "taken" };
  const again = nextReceived();
  await click(page, "resend");
  const second = await again();
  expect(verifyDelivery(second, secret).id).toBe(verifyDelivery(first, secret).id);
  await shown(`${testId("delivery-view")}[data-status="delivered"]`);
  await page.waitForFunction((of) => document.querySelectorAll(of).length === 2, {}, testId("attempt"));
  await page.waitForFunction(() => !document.body.textContent?.includes("failure in a row"));
  await page.keyboard.press("Escape");
  await gone("delivery-view");
});

test("the log is filtered, and what matches is sent again after saying how many", async () => {
  await page.select('select[name="event_type"]', "webhook.test");
  await page.waitForFunction((of) => document.querySelectorAll(of).length === 1, {}, testId("delivery"));
  await page.select('select[name="status"]', "dropped");
  await gone("delivery");
  await page.select('select[name="status"]', "");
  await page.select('select[name="event_type"]', "");
  await page.waitForFunction((of) => document.querySelectorAll(of).length === 2, {}, testId("delivery"));
  const before = receiver.received.length;
  await click(page, "resend-many");
  await shown(testId("resend-count"));
  expect(await textOf("resend-count")).toBe("2 deliveries match.");
  expect(await inBothThemes(page)).toEqual([]);
  await click(page, "confirm");
  await waitFor("both to come again", () => receiver.received.length === before + 2, 20_000);
  await gone("confirm");
  // The page follows by itself: the log, and the test's result above it.
  const delivered = `${testId("delivery")}[data-status="delivered"]`;
  await page.waitForFunction((of) => document.querySelectorAll(of).length === 2, { timeout: 20_000 }, delivered);
  await shown(`${testId("test-result")}[data-status="delivered"]`);
});

test("axe objects to nothing on the full pages, and nothing is wider than a phone", async () => {
  expect(await inBothThemes(page)).toEqual([]);
  await click(page, "chart-as-table");
  await shown(testId("statistics-table"));
  expect(await page.$$eval(`${testId("statistics-table")} tbody tr`, (rows) => rows.length)).toBe(24);
  expect(await inBothThemes(page)).toEqual([]);
  await page.setViewport(PHONE);
  expect(await isTooWide()).toBe(false);
  const address = page.url();
  await page.goto(`${instance.url}/console/admin/webhooks`, { waitUntil: "domcontentloaded" });
  await shown(testId("last-delivery"));
  expect(await inBothThemes(page)).toEqual([]);
  expect(await isTooWide()).toBe(false);
  await page.setViewport(DESKTOP);
  await page.goto(address, { waitUntil: "domcontentloaded" });
  await inState("active");
});

test("a paused endpoint hears of nothing until it is resumed", async () => {
  await click(page, "pause");
  await click(page, "confirm");
  await inState("paused");
  expect(await page.$(testId("test-fire"))).toBeNull();
  const before = receiver.received.length;
  await createSession();
  await click(page, "resume");
  await inState("active");
  await fireTest();
  expect(receiver.received.slice(before).map(({ headers }) => headers["nb-event-type"])).toEqual(["webhook.test"]);
});

test("a rotated secret is valid beside the one before it, until that one is ended", async () => {
  await click(page, "rotate");
  await click(page, "confirm");
  await shown(testId("secret"));
  const newer = await textOf("secret");
  await page.locator("::-p-aria([role='switch'])").click();
  await clickButton(page, "Done");
  await shown(testId("previous-secret"));
  expect(await textOf("secret-prefix")).toBe(`whsec_${newer.slice(6, 12)}…`);
  const both = await fireTest();
  expect([isSignedBy(both, secret), isSignedBy(both, newer)]).toEqual([true, true]);

  await click(page, "revoke-previous");
  await click(page, "confirm");
  await gone("previous-secret");
  const one = await fireTest();
  expect([isSignedBy(one, secret), isSignedBy(one, newer)]).toEqual([false, true]);
});

test("an endpoint is edited, and its description taken away, without asking the address again", async () => {
  const before = receiver.received.length;
  await click(page, "edit");
  await page.locator(testId("endpoint-description")).click({ count: 3 });
  await page.keyboard.press("Backspace");
  await clickButton(page, "Choose");
  await click(page, "event-session.completed");
  await click(page, "submit-endpoint");
  await gone("submit-endpoint");
  await page.waitForFunction(() => !document.querySelector("main")?.textContent?.includes("Claims pipeline"));
  const listed = WebhookEndpointPage.parse(await (await instance.api("/v1/webhook-endpoints")).json());
  expect(listed.data).toMatchObject([{ description: null, event_types: ["session.completed"], mode: "test" }]);
  expect(receiver.received.length).toBe(before);
});

test("an endpoint is deleted after a question, and the callbacks' secret rotates", async () => {
  await click(page, "delete");
  await click(page, "confirm");
  await shown(testId("callback-prefix"));
  await page.waitForFunction(() => document.body.textContent?.includes("No webhook endpoints yet"));
  // What is said in passing may lie above the next question's buttons.
  await page.locator("section[aria-live] button[aria-label='Close']").click();
  const prefix = await textOf("callback-prefix");
  await click(page, "rotate-callback-secret");
  await click(page, "rotate-at_once");
  await click(page, "confirm");
  await shown(testId("secret"));
  const newer = await textOf("secret");
  await page.locator("::-p-aria([role='switch'])").click();
  await clickButton(page, "Done");
  await waitFor("the new prefix", async () => (await textOf("callback-prefix")) === `whsec_${newer.slice(6, 12)}…`);
  expect(newer.slice(6, 12)).not.toBe(prefix.slice(6, 12));
  expect(errors).toEqual([]);
});

test("who may not see webhooks is not offered them", async () => {
  const { id } = await instance.testDatabase.database
    .selectFrom("organizations")
    .select("id")
    .executeTakeFirstOrThrow();
  const { cookie = "" } = await makeMember(instance, { org_id: id, role: "inspector" });
  const { page: other } = await openPage(browser, "about:blank", { viewport: DESKTOP });
  for (const part of cookie.split("; ")) {
    const split = part.indexOf("=");
    const [name, value] = [part.slice(0, split), part.slice(split + 1)];
    await other.browserContext().setCookie({ name, value, domain: "localhost", path: "/" });
  }
  await other.goto(`${instance.url}/console/admin/webhooks`);
  await other.waitForSelector(testId("admin-refused"), { timeout: 20_000 });
  expect(await other.$('a[href="/console/admin/webhooks"]')).toBeNull();
  await other.browserContext().close();
});

test("a key makes endpoints of its own mode, and is told so where it names the other", async () => {
  const post = (mode: string) =>
    instance.api("/v1/webhook-endpoints", { method: "POST", body: JSON.stringify({ url: receiver.url, mode }) });
  const before = receiver.received.length;
  const refused = await post("live");
  expect(refused.status).toBe(400);
  expect(Problem.parse(await refused.json())).toMatchObject({ code: "validation_error", param: "mode" });
  expect(receiver.received.length).toBe(before);
  const made = await post("test");
  expect(made.status).toBe(201);
  expect(CreatedWebhookEndpoint.parse(await made.json()).mode).toBe("test");
});

/** The shown function in a file of its own, called with the body's bytes, the header and the secret. */
async function runNode(code: string, [body, header, key]: [string, string, string]): Promise<string> {
  const path = join(instance.dataDir, "verify.mjs");
  await writeFile(path, code);
  const call = `import { verify } from ${JSON.stringify(pathToFileURL(path).href)};
    console.log(verify(Buffer.from(process.argv[1]), process.argv[2], process.argv[3]));`;
  const { code: status, output } = await runTool(
    process.execPath,
    ["--input-type=module", "--eval", call, body, header, key],
    { cwd: instance.dataDir },
  );
  expect(status, output).toBe(0);
  return output.trim();
}

async function runPython(code: string, [body, header, key]: [string, string, string]): Promise<string> {
  const call = `${code}\n\nimport sys\nprint(verify(sys.argv[1].encode(), sys.argv[2], sys.argv[3]))`;
  const { code: status, output } = await runTool(pythonTool("python"), ["-c", call, body, header, key], {
    cwd: instance.dataDir,
  });
  expect(status, output).toBe(0);
  return output.trim();
}
