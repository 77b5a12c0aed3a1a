import { afterAll, beforeAll, expect, test } from "vitest";
import { type Report, Unreadable, verify } from "../../sdk/verify/src/index.ts";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { makeRandom, mutate } from "../helpers/corpus/mutate.ts";

/*
 * Genuine files, changed at random: there is always an answer or an error with a reason, soon, and never a yes to another
 * document. For long:
 * FUZZ_SECONDS=3600 npx vitest run --project services test/conformance/verifier-fuzz.test.ts
 * and the same again, with what failed: FUZZ_SEED=… as it was printed.
 */

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 15);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 32);
/** Of processor time: how long a file may take, however it was changed. */
const LIMIT_MS = 2000;

let corpus: Corpus & { close(): Promise<unknown> };
beforeAll(async () => {
  corpus = await makeCorpus();
});
afterAll(() => corpus.close());

async function judge(file: Buffer): Promise<Report | Unreadable> {
  try {
    return await verify(new Uint8Array(file), { roots: [corpus.roots], logKeys: [corpus.log.key] });
  } catch (error) {
    if (error instanceof Unreadable) return error;
    throw error;
  }
}

/** Whether two files are the same but for the newest signature itself, which nothing signs: it may be written otherwise. */
function isSignedAlike(file: Buffer, genuine: Buffer): boolean {
  const [, start, end] = [...genuine.toString("latin1").matchAll(/\/ByteRange \[0 (\d+) (\d+) \d+\]/g)].at(-1) ?? [];
  const same = (from: number, to: number) => file.subarray(from, to).equals(genuine.subarray(from, to));
  return file.length === genuine.length && same(0, Number(start) + 1) && same(Number(end) - 1, genuine.length);
}

test("no change of what is signed is answered by yes, none by a crash, and none late", {
  timeout: SECONDS * 1000 + 60_000,
}, async () => {
  console.log(`fuzzing the verifier for ${SECONDS} s with FUZZ_SEED=${SEED}`);
  const files = { pdf: corpus.lta, signers: corpus.twoSigners, bundle: await corpus.bundle() };
  const names = Object.keys(files) as (keyof typeof files)[];
  const end = Date.now() + SECONDS * 1000;
  let count = 0;
  for (let seed = SEED; Date.now() < end; seed++, count++) {
    const random = makeRandom(seed);
    const name = names[random(names.length)] ?? "pdf";
    let file = mutate(files[name], random);
    for (let more = random(3); more > 0; more--) file = mutate(file, random);
    if (file.equals(files[name])) continue;
    const before = process.cpuUsage();
    const result = await judge(file);
    const { user, system } = process.cpuUsage(before);
    const what = `FUZZ_SEED=${seed} (${name})`;
    expect((user + system) / 1000, what).toBeLessThan(LIMIT_MS);
    if (result instanceof Unreadable) expect(result.message, what).not.toBe("");
    else if (result.verdict === "yes") {
      if (name !== "bundle") expect(isSignedAlike(file, files[name]), what).toBe(true);
      // Of a ZIP some bytes mean nothing: dates, versions, the readme's words. What is evidence in it is another matter.
      expect(result.answers, what).toEqual((await genuine(files[name])).answers);
    }
  }
  console.log(`${count} files`);
  expect(count).toBeGreaterThan(SECONDS);

  async function genuine(file: Buffer): Promise<Report> {
    const report = await judge(file);
    if (report instanceof Unreadable) throw report;
    return report;
  }
});
