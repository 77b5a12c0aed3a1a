import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { limitConcurrency } from "../images/limit-concurrency.ts";
import { LogoProblem } from "./logo-problem.ts";

const PROGRAM = fileURLToPath(new URL("draw-svg-process.ts", import.meta.url));
/** A logo takes less than a second, most of it the start of the process. */
const LIMIT_MS = 5_000;
const MAX_PNG_BYTES = 8_000_000;

const oneAtATime = limitConcurrency(1);

/**
 * Draws an SVG that `makeSvgSafe` wrote, on white, as large as fits the box in pixels, in a process that is ended when
 * it takes too long.
 * @throws LogoProblem where it cannot be drawn in time.
 */
export function drawSvg(svg: string, box: { width: number; height: number }): Promise<Uint8Array> {
  return oneAtATime(async () => {
    const drawing = promisify(execFile)(process.execPath, [PROGRAM, String(box.width), String(box.height)], {
      encoding: "buffer",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
      maxBuffer: MAX_PNG_BYTES,
      // It needs none of our secrets.
      env: {},
    });
    // Where the process ends before it has read, its end says why.
    drawing.child.stdin?.on("error", () => undefined).end(svg);
    const { stdout } = await drawing.catch((error: unknown) => {
      // A code in words is the system's: the process could not be started.
      const started = error instanceof Error && !("code" in error && typeof error.code === "string");
      if (!started) throw error;
      throw new LogoProblem("The SVG cannot be drawn, or takes too long to draw.", { cause: error });
    });
    return stdout;
  });
}
