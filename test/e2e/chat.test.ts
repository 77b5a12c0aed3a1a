import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, fill, launchBrowser, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* What both sides write to each other, in one call: these tests follow each other. */

let instance: Instance;
let browser: Browser;
let call: Call;
beforeAll(async () => {
  instance = await Instance.start(["server", "media", "workers"]);
  browser = await launchBrowser();
  call = await startCall(instance, browser, { recording: false });
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});

/** What the page's chat shows, message by message. */
const messagesOn = (page: Page) =>
  page.$$eval(`${testId("chat-message")} > p:last-child`, (lines) => lines.map((line) => line.textContent));
const unsentOn = (page: Page) => page.$$eval(testId("chat-unsent"), (lines) => lines.length);

const openTab = (page: Page) => page.locator('[role="tab"]::-p-text(Messages)').click();

async function write(page: Page, text: string): Promise<void> {
  await fill(page, "chat-text", text);
  await click(page, "chat-send");
}

test("what the inspector writes comes to the phone as a card, and its answer comes back", async () => {
  const { inspector, phone } = call;
  await openTab(inspector);
  await write(inspector, "Could you show me the corner by the window?");
  await phone.waitForSelector(testId("chat-card"), { visible: true, timeout: 20_000 });
  await click(phone, "chat-card-action");
  await waitFor("the message on the phone", async () => (await messagesOn(phone)).length === 1);
  await write(phone, "Ano, hned. 👍");
  const both = ["Could you show me the corner by the window?", "Ano, hned. 👍"];
  for (const page of [inspector, phone]) {
    await waitFor("both messages", async () => (await messagesOn(page)).length === 2);
    expect(await messagesOn(page)).toEqual(both);
  }
});

test("a note stays with the organization's people", async () => {
  const { inspector, phone } = call;
  await click(inspector, "chat-note");
  await write(inspector, "The damp looks older than claimed.");
  await waitFor("the note", async () => (await messagesOn(inspector)).length === 3);
  await click(inspector, "chat-note");
  await write(inspector, "Thank you.");
  await waitFor("what came after it", async () => (await messagesOn(phone)).length === 3);
  expect(await messagesOn(phone)).not.toContain("The damp looks older than claimed.");
});

test("what is written without a network is sent when it is back, once, and a reload loses none of it", async () => {
  const { inspector, phone } = call;
  await phone.setOfflineMode(true);
  await write(phone, "written in the cellar");
  await waitFor("it to wait", async () => (await unsentOn(phone)) === 1);
  await phone.setOfflineMode(false);
  await waitFor("it to arrive", async () => (await messagesOn(inspector)).includes("written in the cellar"), 40_000);
  await waitFor("it to wait no more", async () => (await unsentOn(phone)) === 0);
  await phone.reload();
  await phone.waitForSelector(testId("live"), { timeout: 20_000 });
  await click(phone, "more");
  await click(phone, "open-chat");
  await waitFor("the messages after the reload", async () => (await messagesOn(phone)).length === 4);
  expect((await messagesOn(inspector)).filter((text) => text === "written in the cellar")).toHaveLength(1);
});

test("the finished inspection shows what was written, notes included", async () => {
  const { inspector, session } = call;
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const transcript = await inspector.waitForSelector(testId("transcript"), { timeout: 30_000 });
  const text = await transcript?.evaluate((element) => element.textContent);
  for (const line of ["Could you show me", "Ano, hned. 👍", "The damp looks older", "Thank you.", "in the cellar"]) {
    expect(text).toContain(line);
  }
});
