import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { inBothThemes } from "../helpers/axe.ts";
import { click, fill, launchBrowser, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { CSC_CLIENT, CSC_PASSWORD, CSC_PIN, CscServer } from "../helpers/csc-server.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { readCode } from "../helpers/read-code.ts";
import { signIn } from "../helpers/sign-in.ts";
import { SigningClient } from "../helpers/signing-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

/*
 * An advanced signature, from the live picture to the sealed report, as one story through the real pages: its tests run
 * in order and build on each other. After it, qualified signatures at a remote signing service, each of a session of its
 * own.
 */

let instance: Instance;
let browser: Browser;
let call: Call;
let later: Page;
let service: CscServer;
beforeAll(async () => {
  // Where the service leads back to has to be registered there before.
  const port = await freePort();
  const person = { key: "P-256", qualified: true, userId: "jana" } as const;
  service = await CscServer.start({
    redirectUris: [`http://localhost:${port}/signing/return`],
    credentials: [
      { ...person, id: "by-code", authorization: "pin+otp", commonName: "Jana Nováková" },
      { ...person, id: "old", authorization: "otp", commonName: "Jana Malá", status: "expired" },
      { ...person, id: "by-oauth", authorization: "oauth2code", commonName: "Ing. Jana Nováková" },
    ],
  });
  instance = await Instance.start(["server", "media", "workers"], {
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    SIGNERS_CSC_URL: service.url,
    SIGNERS_CSC_CLIENT_ID: CSC_CLIENT.clientId,
    SIGNERS_CSC_CLIENT_SECRET: CSC_CLIENT.clientSecret,
    SIGNERS_CSC_QUALIFIED: "yes",
  });
  browser = await launchBrowser();
  call = await startCall(instance, browser, { signature: { level: "aes" }, recording: false });
});
afterAll(async () => {
  await browser?.close();
  await instance?.stop();
  await service?.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state !== "fail") return;
  const folder = join(import.meta.dirname, "../../test-results");
  await mkdir(folder, { recursive: true });
  for (const [name, page] of Object.entries({ inspector: call?.inspector, phone: call?.phone, later })) {
    await page?.screenshot({ path: join(folder, `signing-${name}.png`) });
  }
});

const documentIn = (state: string): string => `${testId("document-signing")}[data-state="${state}"]`;

test("the inspector is warned that nobody has vouched for the participant yet", async () => {
  const { inspector } = call;
  await click(inspector, "end");
  await inspector.waitForSelector(testId("missing"), { timeout: 20_000 });
  expect(await inspector.$eval(testId("missing"), (element) => element.textContent)).toContain("identity");
  await inspector.keyboard.press("Escape");
  await inspector.waitForSelector(testId("confirm-end"), { hidden: true, timeout: 20_000 });
});

test("the inspector vouches for whom they see, and says where the codes go", async () => {
  const { inspector } = call;
  await click(inspector, "identity");
  await fill(inspector, "identity-name", "Marie Anne Lefèvre");
  await click(inspector, "identity-confirm");
  await inspector.waitForSelector('[aria-invalid="true"]', { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
  await fill(inspector, "identity-country", "fr");
  await fill(inspector, "identity-ending", "42ax");
  await click(inspector, "identity-confirm");
  await fill(inspector, "code-recipient", "marie@example.com");
  await click(inspector, "code-recipient-set");
  await inspector.waitForSelector(testId("code-recipient"), { hidden: true, timeout: 20_000 });
  await inspector.waitForSelector(`${testId("identity")}[aria-pressed="true"]`, { timeout: 20_000 });
});

test("after the end the phone says that the report is being prepared, and then asks for the signature", async () => {
  const { inspector, phone } = call;
  await click(inspector, "end");
  await click(inspector, "confirm-end");
  await phone.waitForSelector(documentIn("waiting"), { timeout: 60_000 });
  await inspector.waitForSelector(`${testId("signer-request")}[data-state="waiting"]`, { timeout: 20_000 });
  await inspector.waitForSelector(`${testId("stage-signer")}[data-state="running"]`, { timeout: 20_000 });
  await inspector.waitForSelector(`${testId("report-waits")}[data-state="waiting"]`, { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});

test("days later, on any device, the same link leads to the report", async () => {
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  ({ page: later } = await openPage(browser, call.session.join_url, { viewport }));
  await later.waitForSelector(documentIn("waiting"), { timeout: 20_000 });
  const text = await later.$eval("main", (element) => element.textContent);
  expect(text).toContain("Marie Anne Lefèvre");
  expect(await inBothThemes(later)).toEqual([]);
  await click(later, "refuse");
  await later.waitForSelector(testId("confirm-refuse"), { timeout: 20_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await later.evaluate(() => document.querySelector<HTMLElement>("#refuse-title ~ button")?.click());
});

test("the code from the mail signs it, and both sides see so", async () => {
  await click(later, "code-send");
  const code = await readCode(instance, call.session.id);
  await fill(later, "code-field", code.startsWith("0") ? "111111" : "000000");
  await click(later, "code-confirm");
  await later.waitForSelector('[aria-invalid="true"]', { timeout: 20_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await fill(later, "code-field", code);
  await click(later, "code-confirm");
  await later.waitForSelector(documentIn("signed"), { timeout: 60_000 });
  expect(await inBothThemes(later)).toEqual([]);
  await call.phone.waitForSelector(documentIn("signed"), { timeout: 30_000 });
  const { inspector } = call;
  await inspector.waitForSelector(`${testId("signer-request")}[data-state="signed"]`, { timeout: 30_000 });
  await inspector.waitForSelector(`${testId("stage-signing")}[data-state="done"]`, { timeout: 60_000 });
  await inspector.waitForSelector(testId("identity"), { timeout: 20_000 });
  expect(await inBothThemes(inspector)).toEqual([]);
});

/** A report that waits for its qualified signature, on a phone. */
async function openQualified(): Promise<{ client: SigningClient; phone: Page }> {
  await later?.close();
  const client = await SigningClient.open(instance, await signIn(instance), { signature: { level: "qes" } });
  await client.end();
  const viewport = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
  ({ page: later } = await openPage(browser, client.session.join_url, { viewport }));
  await later.waitForSelector(documentIn("waiting"), { timeout: 20_000 });
  return { client, phone: later };
}

const stepIs = (step: string): string => `${testId("provider-step")}[data-step="${step}"]`;

/** At the service's own page, as a person; ours is there again after it. */
async function answerAtService(phone: Page, answer: "allow" | "refuse"): Promise<void> {
  await phone.waitForSelector(`#${answer}`, { timeout: 20_000 });
  await phone.type('[name="user"]', "jana");
  await phone.type('[name="password"]', CSC_PASSWORD);
  await phone.click(`#${answer}`);
  await phone.waitForSelector(testId("document-signing"), { timeout: 20_000 });
}

/** Takes one of the person's two certificates that can sign. */
async function choose(phone: Page, index: 0 | 1): Promise<void> {
  await phone.waitForSelector(stepIs("choosing"), { timeout: 20_000 });
  await phone.evaluate(
    (selector, place) => document.querySelectorAll<HTMLElement>(selector)[place]?.click(),
    testId("provider-choice"),
    index,
  );
  await phone.waitForSelector(stepIs("prepared"), { timeout: 30_000 });
}

/** The level that the sealed report has, and who signed it. */
async function sealed(client: SigningClient): Promise<unknown> {
  const { signature } = await waitFor(
    "the sealed report",
    async () => {
      const answer = await instance.api(`/v1/sessions/${client.session.id}/evidence`);
      const file = EvidenceFile.parse(await answer.json());
      return file.status === "ready" && file;
    },
    60_000,
  );
  return [signature?.level, signature?.signers.map(({ name }) => name)];
}

test("a qualified signature by the service's code, the page reloaded and the server killed in the middle", async () => {
  const { client, phone } = await openQualified();
  expect(await inBothThemes(phone)).toEqual([]);
  await fill(phone, "provider-login", "jana");
  await click(phone, "provider-continue");
  await phone.waitForSelector(`${testId("provider-unusable")}[data-problem="expired"]`, { timeout: 20_000 });
  expect(await inBothThemes(phone)).toEqual([]);
  await choose(phone, 0);
  await click(phone, "provider-code");
  await phone.waitForSelector(testId("provider-factor-OTP"), { timeout: 20_000 });
  await instance.child("server").stop("SIGKILL");
  instance.spawn("server");
  await instance.ready("server");
  await phone.reload();
  await fill(phone, "provider-factor-PIN", CSC_PIN);
  await fill(phone, "provider-factor-OTP", service.sentCode ?? "");
  expect(await inBothThemes(phone)).toEqual([]);
  await click(phone, "provider-sign");
  await phone.waitForSelector(documentIn("signed"), { timeout: 60_000 });
  expect(await sealed(client)).toEqual(["qes", ["Jana Nováková"]]);
}, 120_000);

test("a qualified signature on the service's own page: refused there, failed there, and allowed there", async () => {
  const { client, phone } = await openQualified();
  await click(phone, "provider-way");
  await answerAtService(phone, "refuse");
  expect(
    await phone.$eval(testId("provider-step"), (step) => step.querySelector("[role=alert]")?.textContent),
  ).toContain("did not allow it");
  await click(phone, "provider-way");
  await answerAtService(phone, "allow");
  await choose(phone, 1);
  service.fault = "page-error";
  await click(phone, "provider-way");
  await answerAtService(phone, "allow");
  service.fault = null;
  expect(
    await phone.$eval(testId("provider-step"), (step) => step.querySelector("[role=alert]")?.textContent),
  ).toContain("cannot do this right now");
  expect(await inBothThemes(phone)).toEqual([]);
  await click(phone, "provider-way");
  await phone.waitForSelector("#allow", { timeout: 20_000 });
  await instance.child("server").stop("SIGKILL");
  instance.spawn("server");
  await instance.ready("server");
  const way = new Promise<string>((resolve) => {
    phone.on("request", (request) => {
      if (request.url().includes("/signing/return?")) resolve(request.url());
    });
  });
  await answerAtService(phone, "allow");
  await phone.waitForSelector(documentIn("signed"), { timeout: 60_000 });
  expect(await sealed(client)).toEqual(["qes", ["Ing. Jana Nováková"]]);
  // The way back was good once: whoever goes it again is told so, and nothing else happens.
  await phone.goto(await way);
  await phone.waitForSelector(`${testId("link-state")}[data-state="nowhere"]`, { timeout: 20_000 });
  expect(await inBothThemes(phone)).toEqual([]);
}, 120_000);
