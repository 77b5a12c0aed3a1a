import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDetached, type Timestamp, writeDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { submitDigest, upgradeReceipt } from "../../workers/anchoring/calendar-client.ts";
import { type CalendarServer, startCalendarServer } from "../helpers/calendar-server.ts";
import { localWay } from "../helpers/revocation-server.ts";
import { pythonTool, runTool } from "./run-tool.ts";

const NOTE = "inspect.example.com/audit/1\n5\nrootroot\n\n— a signature\n";
const digest = new Uint8Array(createHash("sha256").update(NOTE).digest());

let directory: string;
let calendars: CalendarServer[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "open-timestamps-"));
  await writeFile(join(directory, "checkpoint.txt"), NOTE);
  calendars = [await startCalendarServer(), await startCalendarServer()];
});
afterAll(async () => {
  for (const calendar of calendars) await calendar.close();
  await rm(directory, { recursive: true });
});

const urls = () => calendars.map(({ url }) => url);

/** What the standard client says of the proof as a file. */
async function ots(command: string, receipt: Timestamp): Promise<string> {
  await writeFile(join(directory, "checkpoint.txt.ots"), writeDetached(receipt));
  const { output } = await runTool(pythonTool("ots"), ["--no-bitcoin", command, "checkpoint.txt.ots"], {
    cwd: directory,
  });
  return output;
}

test("the standard client reads our receipts, and what they become when blocks attest to them", async () => {
  const { receipt, problems } = await submitDigest(urls(), digest);
  expect(problems).toEqual([]);
  const pending = await ots("info", receipt);
  expect(pending).toContain(`File sha256 hash: ${Buffer.from(digest).toString("hex")}`);
  for (const url of urls()) expect(pending).toContain(`verify PendingAttestation('${url}')`);
  expect(pending).not.toContain("BitcoinBlockHeaderAttestation");

  for (const [index, calendar] of calendars.entries()) calendar.confirm(871_234 + index);
  expect(await upgradeReceipt(urls(), receipt, localWay)).toEqual({ isNewer: true, problems: [] });
  const upgraded = await ots("info", readDetached(writeDetached(receipt)));
  for (const index of [0, 1]) {
    expect(upgraded).toContain(`verify BitcoinBlockHeaderAttestation(${871_234 + index})`);
  }
  // It has applied every operation itself: the roots that it names are those that we computed.
  const roots = [...upgraded.matchAll(/# Bitcoin block merkle root ([0-9a-f]{64})/g)].map(([, root]) => root);
  expect(roots).toHaveLength(2);
  expect(new Set(roots)).toEqual(new Set(rootsOf(receipt)));
});

test("the standard client takes the file for the one that was stamped, and no other", async () => {
  const { receipt } = await submitDigest(urls(), digest);
  await upgradeReceipt(urls(), receipt, localWay);
  expect(await ots("verify", receipt)).not.toContain("does not match");
  await writeFile(join(directory, "checkpoint.txt"), `${NOTE}altered`);
  expect(await ots("verify", receipt)).toContain("File does not match original!");
  await writeFile(join(directory, "checkpoint.txt"), NOTE);
});

/** As Bitcoin writes hashes: the other way round. */
function rootsOf(timestamp: Timestamp): string[] {
  const own = timestamp.attestations.some(({ kind }) => kind === "bitcoin")
    ? [Buffer.from(timestamp.message).reverse().toString("hex")]
    : [];
  return [...own, ...timestamp.steps.flatMap(({ result }) => rootsOf(result))];
}
