import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attachManifest } from "../../workers/report/attach-manifest.ts";
import type { Measured } from "../helpers/bench-report.ts";
import { launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { makeCorpus } from "../helpers/corpus/corpus.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { type Bench, startInstallation, temporaryFolder } from "./bench.ts";

const GOAL_S = 3;
const MEGABYTE = 1024 * 1024;

/**
 * From choosing a large evidence file on the verification page to its report, in Chromium, beside Web Crypto's SHA-256 of
 * the same file in the same page, which is the least that it takes.
 */
export const verify: Bench<"megabytes"> = {
  about: "verifying a large PDF in the browser, beside SHA-256 by Web Crypto",
  options: { megabytes: 60 },
  limit_s: () => 300,
  run: async (context, { megabytes }) => {
    const { cleanup, say } = context;
    const installation = await startInstallation(context, ["server"]);
    const corpus = await makeCorpus();
    cleanup.add(() => corpus.close());
    const plain = await makePdf(async (document) => {
      for (let part = 0; part < megabytes; part++)
        document.context.register(document.context.stream(randomBytes(MEGABYTE)));
      await attachManifest(document, corpus.manifest, new Date());
    });
    const file = join(await temporaryFolder(context), "large.pdf");
    await writeFile(file, await corpus.augment(await corpus.sign(plain, corpus.key)));
    say(`a signed PDF of ${megabytes} MB`);
    const browser = await launchBrowser();
    cleanup.add(() => browser.close());
    const { page } = await openPage(browser, `${installation.url}/verify`, { viewport: { width: 1280, height: 800 } });
    const field = await (await page.waitForSelector(testId("verify-file"), { timeout: 30_000 }))?.toElement("input");
    if (!field) throw new Error("the page has no field for a file");
    await page.focus(testId("own-roots"));
    await page.keyboard.sendCharacter(corpus.roots);
    const began = performance.now();
    await field.uploadFile(file);
    await page.waitForSelector(`${testId("verify-report")}[data-verdict="yes"]`, { timeout: 120_000 });
    const took = (performance.now() - began) / 1000;
    const bytes = megabytes * MEGABYTE;
    const bare = await page.evaluate(async (size) => {
      const blob = new Blob([new Uint8Array(size)]);
      const from = performance.now();
      await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
      return (performance.now() - from) / 1000;
    }, bytes);
    const measured: Measured = {
      name: `verify ${megabytes} MB`,
      value: took,
      unit: "s",
      baseline: bare,
      goal: { most: GOAL_S },
    };
    return [measured];
  },
};
