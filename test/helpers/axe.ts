import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "puppeteer-core";

/* WCAG 2.2 AA as far as axe can tell. */

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe objects to on the page once nothing on it changes its look any more, one line a rule. */
export async function violations(page: Page): Promise<string[]> {
  await settled(page);
  await page.evaluate(AXE);
  const results: AxeResults = await page.evaluate(
    (tags) =>
      (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({ runOnly: tags }),
    TAGS,
  );
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(describeNode).join(", ")}`);
}

/** Where it is, and of a contrast that is too low which colours they are. */
function describeNode({ target, any }: AxeResults["violations"][number]["nodes"][number]): string {
  const { fgColor, bgColor, contrastRatio } = any[0]?.data ?? {};
  const colours = contrastRatio === undefined ? "" : ` (${fgColor} on ${bgColor}, ${contrastRatio})`;
  return target.join(" ") + colours;
}

/** The same in the light and in the dark theme. */
export async function inBothThemes(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const value of ["light", "dark"]) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    found.push(...(await violations(page)).map((violation) => `${value}: ${violation}`));
  }
  return found;
}

/**
 * What opens fades in, and a change of theme goes through transitions, one after another where colours are inherited: half
 * way they are nobody's. What moves for ever, as a recording's sign does, is not waited for.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (const end = performance.now() + 5_000; performance.now() < end; ) {
      await frame();
      await frame();
      const running = document
        .getAnimations()
        .filter(({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity);
      if (running.length === 0) return;
      await Promise.allSettled(running.map(({ finished }) => finished));
    }
  });
}
