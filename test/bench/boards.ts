import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import type { Browser, BrowserContext, Page } from "puppeteer-core";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import { onSurface } from "../helpers/board-page.ts";
import { click, testId } from "../helpers/browser.ts";
import { enterSession } from "../helpers/enter-session.ts";
import type { Installation } from "../helpers/installation.ts";
import { handwriting, seedBoard } from "../helpers/seed-board.ts";
import { openBareCanvas } from "./bare-canvas.ts";
import { type Bench, type BenchContext, startInstallation } from "./bench.ts";
import { frameTimes, heapSize, waitForPaint, watchChange, watchPress } from "./board-times.ts";
import { launchForCalls, newSession, openInspector, openPhone, signInToConsole } from "./product-call.ts";

const CANVAS = testId("board-canvas");
const BOARD = `${CANVAS} [data-scale]`;
const VIEW = { width: 1280, height: 720 };
const STEPS = 60;
/** A frame of a screen of 60 Hz. */
const FRAME = { most: 17 };
/** The last shape that comes to rest, where nothing else is: when it is there, all is. */
const MARKED: readonly [number, number] = [0.985, 0.985];
const NEWEST = 24;

/**
 * A board in real Chromium, headless and without a graphics processor: how soon the other side sees a stroke and a
 * pointer, and what a board of many shapes costs, beside one bare canvas that draws the same shapes.
 */
export const boards: Bench<"shapes" | "strokes" | "operations"> = {
  about: "strokes and pointers seen at the other side, boards of many shapes beside a bare canvas",
  options: { shapes: 5_000, strokes: 40, operations: 20_000 },
  limit_s: () => 600,
  run: async (context, { shapes, strokes, operations }) => {
    const installation = await startInstallation(context, ["server", "media"]);
    const browser = await launchForCalls(context);
    const signedIn = await signInToConsole(browser, installation);
    return [
      ...(await measureLatency(context, installation, browser, signedIn, strokes)),
      ...(await measureMany(context, installation, browser, signedIn, shapes)),
      ...(await measureEntering(context, installation, signedIn, operations)),
    ];
  },
};

async function measureLatency(
  { say }: BenchContext,
  installation: Installation,
  browser: Browser,
  signedIn: BrowserContext,
  strokes: number,
): Promise<Measured[]> {
  const session = await newSession(installation, { recording: false });
  const inspector = await openInspector(signedIn, installation, session);
  const phone = await openPhone(browser, session);
  await click(phone, "join");
  await inspector.waitForSelector(testId("field-video"), { timeout: 30_000 });
  await click(inspector, "board");
  await phone.waitForSelector(BOARD, { timeout: 20_000 });
  await inspector.waitForSelector(BOARD, { timeout: 20_000 });
  const [local, remote, pointed]: [number[], number[], number[]] = [[], [], []];
  for (let index = 0; index < strokes; index += 1) {
    const [x, y] = await onSurface(inspector, 0.1 + (index % 10) * 0.08, 0.1 + Math.floor(index / 10) * 0.08);
    await inspector.mouse.move(x, y);
    const pressed = await watchPress(inspector, "pointerdown");
    const here = await watchChange(inspector, BOARD, "aria-label");
    const there = await watchChange(phone, BOARD, "aria-label");
    await inspector.mouse.down();
    const at = await pressed();
    local.push((await here()) - at);
    remote.push((await there()) - at);
    await inspector.mouse.move(x + 20, y + 10, { steps: 4 });
    await inspector.mouse.up();
    const moved = await watchPress(inspector, "pointermove");
    const seen = await watchChange(phone, CANVAS, "data-at");
    await inspector.mouse.move(x + 30, y + 20);
    pointed.push((await seen()) - (await moved()));
  }
  say(`${strokes} strokes and pointers`);
  await phone.browserContext().close();
  await inspector.close();
  return [
    { name: "pen down to seen here, p95", value: percentile(local, 0.95), unit: "ms", goal: { most: 33 } },
    { name: "pen down to seen there, p50", value: percentile(remote, 0.5), unit: "ms" },
    { name: "pen down to seen there, p95", value: percentile(remote, 0.95), unit: "ms" },
    { name: "pointer moved to seen there, p50", value: percentile(pointed, 0.5), unit: "ms" },
    { name: "pointer moved to seen there, p95", value: percentile(pointed, 0.95), unit: "ms" },
  ];
}

function markLast(shapes: ShapeDraft[]): ShapeDraft[] {
  const mark = shapes.length - NEWEST - 1;
  return shapes.map((shape, at) =>
    at === mark
      ? { kind: "stamp", id: "mark", color: "#e5252e", width: 0.003, at: [...MARKED], stamp: "cross", size: 0.02 }
      : shape,
  );
}

async function measureMany(
  { say }: BenchContext,
  installation: Installation,
  browser: Browser,
  signedIn: BrowserContext,
  count: number,
): Promise<Measured[]> {
  const { database } = installation.testDatabase;
  const session = await newSession(installation, { recording: false });
  const shapes = markLast(handwriting(count));
  await enterSession(installation, session);
  await seedBoard(
    database,
    session.id,
    shapes.map((shape) => ({ op: "add", gesture: shape.id, shape })),
  );
  const inspector = await openInspector(signedIn, installation, session);
  const before = await heapSize(inspector);
  const started = Date.now();
  await click(inspector, "board");
  const painted = (await waitForPaint(inspector, CANVAS, MARKED)) - started;
  say(`${count} shapes painted after ${Math.round(painted)} ms`);
  const bare = await openBareCanvas(browser, shapes, VIEW);
  await bare.page.bringToFront();
  const bareTimes = await measureMoves(bare.page, [VIEW.width / 2, VIEW.height / 2], undefined);
  const bareHeap = await heapSize(bare.page);
  await bare.page.close();
  await inspector.bringToFront();
  const middle = await onSurface(inspector, 0.5, 0.5);
  const times = await measureMoves(inspector, middle, async () => {
    await inspector.focus(BOARD);
    await inspector.keyboard.press("Home");
  });
  const heap = await heapSize(inspector);
  await inspector.close();
  const row = (name: keyof typeof times): Measured => ({
    name: `frame while ${name}, ${count} shapes, p95`,
    value: percentile(times[name], 0.95),
    unit: "ms",
    baseline: percentile(bareTimes[name], 0.95),
    goal: FRAME,
  });
  return [
    row("drawing"),
    row("panning"),
    row("zooming"),
    { name: `shown to all painted, ${count} shapes`, value: painted, unit: "ms", baseline: bare.firstPaintMs },
    { name: `memory of scripts, ${count} shapes`, value: heap - before, unit: "MB", baseline: bareHeap },
  ];
}

/** On a bare canvas, drawing is the same as panning: all is drawn anew. */
async function measureMoves(
  page: Page,
  [x, y]: [number, number],
  whole: (() => Promise<void>) | undefined,
): Promise<Record<"drawing" | "panning" | "zooming", number[]>> {
  const wander = async (button: "left" | "middle") => {
    await page.mouse.move(x, y);
    await page.mouse.down({ button });
    for (let step = 0; step < STEPS; step += 1) {
      await page.mouse.move(x + Math.sin(step / 6) * 80, y + Math.cos(step / 9) * 60);
    }
    await page.mouse.up({ button });
  };
  const drawing = await frameTimes(page, () => wander("left"));
  await page.mouse.move(x, y);
  const zooming = await frameTimes(page, async () => {
    for (let step = 0; step < STEPS; step += 1) await page.mouse.wheel({ deltaY: step < STEPS / 2 ? -60 : 60 });
  });
  for (let step = 0; step < 4; step += 1) await page.mouse.wheel({ deltaY: -100 });
  const panning = await frameTimes(page, () => wander("middle"));
  await whole?.();
  return { drawing, panning, zooming };
}

/** Who opens a session whose board has a long history, to the last of it on the screen; beside an empty board. */
async function measureEntering(
  { say }: BenchContext,
  installation: Installation,
  signedIn: BrowserContext,
  operations: number,
): Promise<Measured[]> {
  const times: number[] = [];
  for (const count of [NEWEST * 4, operations]) {
    const session = await newSession(installation, { recording: false });
    const shapes = markLast(handwriting(Math.min(count, 5_000), 20));
    // The rest of the history: what was moved since.
    const moved = shapes.slice(0, Math.max(0, Math.min(shapes.length - NEWEST * 4, count)));
    await enterSession(installation, session);
    await seedBoard(installation.testDatabase.database, session.id, [
      ...shapes.map((shape) => ({ op: "add" as const, gesture: shape.id, shape })),
      ...Array.from({ length: Math.max(0, count - shapes.length) }, (_, at) => {
        const shape = moved[at % moved.length];
        if (shape === undefined) throw new Error("there is no shape to move");
        return { op: "update" as const, gesture: `u${at}`, shape };
      }),
    ]);
    const inspector = await openInspector(signedIn, installation, session);
    await click(inspector, "board");
    await waitForPaint(inspector, CANVAS, MARKED);
    const started = Date.now();
    await inspector.reload({ waitUntil: "domcontentloaded" });
    times.push((await waitForPaint(inspector, CANVAS, MARKED)) - started);
    await inspector.close();
  }
  say(`a board of ${operations} operations entered`);
  return [
    {
      name: `page opened to all painted, ${operations} operations`,
      value: times[1] ?? 0,
      unit: "ms",
      baseline: times[0] ?? 0,
    },
  ];
}
