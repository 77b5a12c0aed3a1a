import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, ElementHandle, Page } from "puppeteer-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { settled } from "../helpers/axe.ts";
import { launchBrowser, openPage } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";

/* The API reference at /docs, as an integrator opens it. */

const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ summary: z.string(), tags: z.tuple([z.string()]) }))),
  webhooks: z.record(z.string(), z.object({ post: z.object({ summary: z.string(), tags: z.tuple([z.string()]) }) })),
});

/** An entry of the reference's table of contents; a group opens when it is followed. */
const entry = (text: string) => `aside ::-p-xpath(.//a[contains(normalize-space(.), ${JSON.stringify(text)})])`;

let instance: Instance;
let browser: Browser;
let page: Page;
let errors: string[];
let requested: string[];
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
});
beforeEach(async () => {
  requested = [];
  ({ page, errors } = await openPage(browser, "about:blank", { viewport: { width: 1440, height: 900 } }));
  page.on("request", (request) => requested.push(request.url()));
  await page.goto(`${instance.url}/docs`);
  await page.waitForSelector(entry("Introduction"));
});

test("every operation and every event of the document is listed under its tag", async () => {
  const { paths, webhooks } = OpenApi.parse(await (await fetch(`${instance.url}/v1/openapi.json`)).json());
  const listed = [
    ...Object.values(paths).flatMap((path) => Object.values(path)),
    ...Object.values(webhooks).map(({ post }) => post),
  ];
  expect(await page.title()).toBe("NexBasira API");
  for (const tag of new Set(listed.map(({ tags }) => tags[0]))) {
    await page.locator(entry(tag)).click();
    for (const { summary } of listed.filter(({ tags }) => tags[0] === tag)) await page.waitForSelector(entry(summary));
  }
  expect(Object.keys(webhooks)).toContain("session.completed");
  await page.waitForSelector("::-p-text(session.completed)");
  expect(errors).toEqual([]);
});

test("the page asks nothing of any other server and has our fonts", async () => {
  await page.goto(`${instance.url}/docs#tag/sessions/POST/sessions`, { waitUntil: "networkidle0" });
  await page.reload({ waitUntil: "networkidle0" });
  const elsewhere = requested.filter((url) => /^(https?|wss?):/.test(url) && !url.startsWith(`${instance.url}/`));
  expect(elsewhere).toEqual([]);
  expect(requested).toContain(`${instance.url}/v1/openapi.json`);
  for (const font of [/\/assets\/inter-.*\.woff2$/, /\/assets\/jetbrains-mono-.*\.woff2$/])
    expect(requested).toContainEqual(expect.stringMatching(font));
  expect(errors).toEqual([]);
});

test("a request is tried against this server with a key that is not kept", async () => {
  const { api_key } = instance.credentials;
  await page.goto(`${instance.url}/docs#tag/sessions/GET/sessions`);
  await page.reload();
  await page.locator('[id$="tag/sessions/GET/sessions"] button.show-api-client-button').click();
  await page.locator('[role="dialog"] input[placeholder="Token"]').fill(api_key);
  const [send] = await visible('[role="dialog"] button ::-p-text(Send)');
  if (!send) throw new Error("There is no button that sends.");
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.url().startsWith(`${instance.url}/v1/sessions`)),
    send.click(),
  ]);
  expect(response.status()).toBe(200);
  expect(response.request().headers().authorization).toBe(`Bearer ${api_key}`);
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(api_key);
  expect(errors).toEqual([]);
});

/** There is one for each width of the window. */
async function visible(selector: string): Promise<ElementHandle[]> {
  const found = await page.$$(selector);
  const shown = await Promise.all(found.map((element) => element.isVisible()));
  return found.filter((_, index) => shown[index]);
}

test("the way back to the landing page and to the document is in the header", async () => {
  const links = await page.$$eval("header.page-header a", (all) => all.map((link) => [link.textContent, link.href]));
  expect(links).toEqual([
    ["NexBasira", `${instance.url}/`],
    ["OpenAPI document", `${instance.url}/v1/openapi.json`],
  ]);
});

/** The copy buttons of code blocks have no name: the reference's own, and ours to report but not to mend. */
const KNOWN = { "button-name": "button.scalar-code-copy" };

test.each(["light", "dark"])(
  "axe finds nothing in the %s theme but what the reference brings with it",
  async (value) => {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    // The reference follows in its own time.
    await page.waitForSelector(`body.${value}-mode`);
    await settled(page);
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate(
      async (known) => {
        const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
        const { violations } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
        return violations.flatMap(({ id, nodes }) =>
          nodes
            .filter(({ target }) => !document.querySelector(target.join(" "))?.matches(known[id] ?? ":not(*)"))
            .map(({ target }) => `${id}: ${target.join(" ")}`),
        );
      },
      KNOWN as Record<string, string>,
    );
    expect(found).toEqual([]);
  },
);
