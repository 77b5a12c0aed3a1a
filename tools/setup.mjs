/**
 * Makes a fresh clone ready to run: `node tools/setup.mjs`, and with `--for-tests` ready to be tested, too. A second run
 * finds everything done and ends at once. Plain JavaScript on built-in modules: it runs on Node 18, before anything is
 * installed.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ensureClient } from "./setup/client.mjs";
import { ensureConformanceTools } from "./setup/conformance-tools.mjs";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { waitForLock } from "./setup/lock.mjs";
import { ensureNode } from "./setup/node.mjs";
import { PROJECT } from "./setup/paths.mjs";
import { ensurePkcs11Binding } from "./setup/pkcs11-binding.mjs";
import { ensurePrograms, PROGRAMS, TEST_PROGRAMS } from "./setup/programs.mjs";
import { SetupError, say } from "./setup/say.mjs";
import { ensureSdk } from "./setup/sdk.mjs";
import { ensureWorker } from "./setup/worker.mjs";

async function setUp({ forTests }) {
  const toolchain = join(PROJECT, ".toolchain");
  mkdirSync(toolchain, { recursive: true });
  const lock = await waitForLock(join(toolchain, "setup.lock"), (holder) =>
    say(`Process ${holder} is already setting this folder up: waiting for it ...`),
  );
  try {
    const node = await ensureNode();
    await ensurePrograms(forTests ? { ...PROGRAMS, ...TEST_PROGRAMS } : PROGRAMS);
    await ensureDependencies(node);
    await ensureWorker(node);
    await ensureClient(node);
    await ensureSdk(node);
    if (forTests) {
      await ensurePkcs11Binding(node);
      await ensureConformanceTools(node);
    }
  } finally {
    lock.release();
  }
}

for (const [signal, number] of [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGTERM", 15],
]) {
  process.on(signal, () => process.exit(128 + number));
}
try {
  await setUp({ forTests: process.argv.includes("--for-tests") });
} catch (error) {
  if (error instanceof SetupError) say(`\n${error.message}`);
  // No room, no permission: the system's own sentence names the file.
  else if (["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(error.code))
    say(`\nThe set-up cannot go on: ${error.message}.`);
  else throw error;
  process.exitCode = 1;
}
