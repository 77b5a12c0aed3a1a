import { createHash } from "node:crypto";
import { EvidenceItemPage } from "@nexbasira/core/contract/evidence.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BreakingProxy } from "../helpers/breaking-proxy.ts";
import { testId } from "../helpers/browser.ts";
import { Instance } from "../helpers/instance.ts";
import { LastingPhone } from "../helpers/lasting-phone.ts";
import { makePhotos, numberPhoto } from "../helpers/numbered-photos.ts";
import { waitFor } from "../helpers/wait-for.ts";

/* One story on one phone: its tests run in order and build on each other. */

let proxy: BreakingProxy;
let instance: Instance;
let session: Session;
let phone: LastingPhone;
let photo: Buffer;

beforeAll(async () => {
  proxy = await BreakingProxy.open();
  instance = await Instance.start(["server", "media"], { PUBLIC_URL: proxy.url });
  proxy.target = Number(new URL(instance.url).port);
  [photo = Buffer.alloc(0)] = await makePhotos();
  session = await instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-3", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );
  phone = await LastingPhone.enter(session.join_url);
});
afterAll(async () => {
  await phone?.close();
  await proxy?.close();
  await instance?.stop();
});

async function receivedHashes(): Promise<string[]> {
  const answer = await instance.api(`/v1/evidence?session_id=${session.id}&limit=100`);
  return EvidenceItemPage.parse(await answer.json()).data.map(({ sha256 }) => sha256);
}

const hashOf = (number: number) => createHash("sha256").update(numberPhoto(photo, number)).digest("hex");
const states = () =>
  phone.page.$$eval(testId("capture"), (rows) =>
    rows.map((row) => (row instanceof HTMLElement ? row.dataset.state : "")),
  );

test("a photo that is taken with a network is received and verified", async () => {
  await phone.takePhoto(photo, 1);
  await waitFor("the photo to be received", async () => (await phone.count("waiting")) === 0, 20_000);
  expect(await receivedHashes()).toEqual([hashOf(1)]);
});

test("photos are taken and kept while the call is down, and the page says so", async () => {
  await phone.opensOffline();
  proxy.become("cut");
  await phone.page.waitForSelector(testId("offline"), { timeout: 20_000 });
  await phone.takePhoto(photo, 2);
  // As Safari in a private window does: what it cannot keep as a file is kept as bytes.
  await phone.page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      if (value instanceof Blob) throw new DOMException("no Blobs here", "DataCloneError");
      return put.call(this, value, key);
    };
  });
  await phone.takePhoto(photo, 3);
  expect(await phone.count("waiting")).toBe(2);
  await phone.page.$eval(testId("stack"), (stack) => stack instanceof HTMLElement && stack.click());
  await phone.page.waitForSelector(testId("storage-warning"), { timeout: 10_000 });
  expect((await states()).toSorted().at(-1)).toBe("verified");
  expect(await receivedHashes()).toHaveLength(1);
});

test("the page opens without a network, with its captures and its camera", async () => {
  await phone.reload();
  await phone.live();
  await phone.page.waitForSelector(testId("offline"), { timeout: 20_000 });
  expect([await phone.count("count"), await phone.count("waiting")]).toEqual([3, 2]);
  await phone.takePhoto(photo, 4);
});

test("a killed browser opens the page again without a network, and has lost nothing", async () => {
  await phone.kill();
  await phone.open();
  await phone.live();
  expect([await phone.count("count"), await phone.count("waiting")]).toEqual([4, 3]);
});

test("everything is sent by itself when the network is back, once and byte for byte", async () => {
  proxy.become("whole");
  await waitFor("all photos to be received", async () => (await phone.count("waiting")) === 0, 60_000);
  expect((await receivedHashes()).toSorted()).toEqual([1, 2, 3, 4].map(hashOf).toSorted());
  await waitFor("the call", async () => (await phone.page.$(testId("offline"))) === null, 60_000);
});

test("with the network there the page is the server's, and answers of the API are never kept", async () => {
  const kept = await phone.page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname);
    }
    return paths;
  });
  expect(kept).toContain("/s/offline");
  expect(kept.filter((path) => path !== "/s/offline" && !path.startsWith("/assets/"))).toEqual([]);
  const page = await phone.page.goto(session.join_url, { waitUntil: "domcontentloaded" });
  expect(page?.headers()["content-security-policy"]).toContain("script-src 'self'");
  // The service worker passes the server's answer on: it has the server's date.
  expect(Date.now() - Date.parse(page?.headers().date ?? "")).toBeLessThan(10_000);
});

test("the phone forgets how to open the page when the session is over", async () => {
  await phone.live();
  await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  await phone.page.waitForSelector(testId("end"), { timeout: 20_000 });
  await waitFor("the service worker to be gone", () =>
    phone.page.evaluate(
      async () => (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0,
    ),
  );
});
