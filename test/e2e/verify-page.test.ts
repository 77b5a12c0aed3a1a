import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verificationLink } from "@nexbasira/core/contract/verification-link.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { appendRevision, LATER_CHANGES } from "../helpers/corpus/alter-pdf.ts";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { Instance } from "../helpers/instance.ts";

/* Anybody's way to judge a file: no account, nothing uploaded, and no network once the page is there. */

let instance: Instance;
let browser: Browser;
let corpus: Corpus & { close(): Promise<unknown> };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "verify-page-"));
  [instance, browser, corpus] = await Promise.all([Instance.start(["server"]), launchBrowser(), makeCorpus()]);
  const added = LATER_CHANGES["a page is added"] ?? (() => undefined);
  await writeFile(join(folder, "genuine.pdf"), corpus.lta);
  await writeFile(join(folder, "altered.pdf"), appendRevision(corpus.lta, added));
  await writeFile(join(folder, "bundle.zip"), await corpus.bundle());
  await writeFile(join(folder, "cut.pdf"), corpus.lta.subarray(0, 5000));
});
afterAll(async () => {
  await Promise.all([browser?.close(), instance?.stop(), corpus?.close()]);
  await rm(folder, { recursive: true, force: true });
});

async function open(viewport = { width: 1280, height: 800 }, fragment = "") {
  const opened = await openPage(browser, `${instance.url}/verify${fragment}`, { viewport });
  await opened.page.waitForSelector(testId("drop-area"), { timeout: 20_000 });
  await opened.page.waitForNetworkIdle();
  return opened;
}

/** Into the field for one's own roots, in place of what is there. */
async function paste(page: Page, text: string): Promise<void> {
  await page.focus(testId("own-roots"));
  await page.keyboard.sendCharacter(text);
}

async function choose(page: Page, name: string): Promise<void> {
  const field = await page.$(testId("verify-file"));
  const input = await field?.toElement("input");
  await input?.uploadFile(join(folder, name));
}

async function verdictOf(page: Page, name: string): Promise<string | undefined> {
  await choose(page, name);
  await page.waitForFunction(
    (selector, file) => document.querySelector(selector)?.textContent?.includes(file),
    { timeout: 20_000 },
    testId("verify-report"),
    name,
  );
  return page.$eval(testId("verify-report"), (found) => (found instanceof HTMLElement ? found.dataset.verdict : ""));
}

describe("the verification page", () => {
  test("judges files with the network cut, and asks nothing of anybody", async () => {
    const { page, errors } = await open();
    await page.setOfflineMode(true);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await paste(page, corpus.roots);
    expect(await verdictOf(page, "genuine.pdf")).toBe("yes");
    expect(await verdictOf(page, "altered.pdf")).toBe("no");
    expect(await page.$eval(testId("answer-changes"), (found) => found.textContent)).toContain("Signer");
    expect(await verdictOf(page, "bundle.zip")).toBe("yes");
    expect(asked.filter((url) => url.startsWith("http"))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test("says that it does not know who signed where the reader trusts nobody who would vouch for it", async () => {
    const { page } = await open();
    expect(await verdictOf(page, "genuine.pdf")).toBe("unknown");
    await paste(page, corpus.roots);
    await page.waitForSelector(`${testId("verify-report")}[data-verdict="yes"]`, { timeout: 20_000 });
  });

  test("says whether a file is that of the report that the reader's link is from", async () => {
    const { session, entries } = corpus.manifest;
    const auditChainHash = createHash("sha256")
      .update(entries.at(-1)?.record ?? "")
      .digest("hex");
    const fragmentOf = (of: Parameters<typeof verificationLink>[1]) => new URL(verificationLink(instance.url, of)).hash;
    const { page } = await open(undefined, fragmentOf({ reference: session.reference, auditChainHash }));
    const stateIs = (state: string) => page.waitForSelector(`${testId("came-from")}[data-state="${state}"]`);
    await stateIs("waiting");
    await verdictOf(page, "genuine.pdf");
    await stateIs("same");
    await verdictOf(page, "bundle.zip");
    await stateIs("same");
    const go = (fragment: string) => page.evaluate((hash) => location.assign(hash), fragment);
    await go(fragmentOf({ reference: session.reference, auditChainHash: "0".repeat(64) }));
    await stateIs("differs");
    await go(fragmentOf({ reference: "INS-1", auditChainHash }));
    await stateIs("other");
  });

  test("says why a file cannot be judged, and what is wrong with roots that are none", async () => {
    const { page } = await open();
    await choose(page, "cut.pdf");
    await page.waitForSelector(`${testId("verify-failed")}[data-code="damaged"]`, { timeout: 20_000 });
    expect(await inBothThemes(page)).toEqual([]);
    await paste(page, "nonsense");
    await page.waitForSelector(`${testId("verify-failed")}[data-code="trust"]`, { timeout: 20_000 });
  });

  test("has nothing that axe objects to with a report in it, on a phone", async () => {
    const { page } = await open({ width: 360, height: 740 });
    await verdictOf(page, "altered.pdf");
    expect(await inBothThemes(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  test("gets this server's own roots, marked as those of development", async () => {
    const answer = await fetch(`${instance.url}/verify/trust.json`);
    const trust = await answer.json();
    expect(trust).toMatchObject({ development: true });
    expect(trust.roots).toContain("BEGIN CERTIFICATE");
    expect(trust.authorities).toContainEqual(expect.objectContaining({ used_for: "time_stamps", development: true }));
    expect(await (await fetch(`${instance.url}/verify/roots.pem`)).text()).toBe(trust.roots);
  });
});
