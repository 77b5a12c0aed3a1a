import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BreakingProxy } from "../helpers/breaking-proxy.ts";
import { Instance } from "../helpers/instance.ts";
import { LastingPhone } from "../helpers/lasting-phone.ts";
import { makePhotos } from "../helpers/numbered-photos.ts";
import { assess, takeThroughStorm } from "../helpers/snapshot-storm.ts";

const SNAPSHOTS = 30;
/** A minute on two idle cores; the photos of 50 megapixels, and browsers that start again, take theirs on busy ones. */
const LIMIT_MS = 480_000;

let proxy: BreakingProxy;
let instance: Instance;
let session: Session;
let phone: LastingPhone;

beforeAll(async () => {
  proxy = await BreakingProxy.open();
  instance = await Instance.start(["server", "media"], { PUBLIC_URL: proxy.url });
  proxy.target = Number(new URL(instance.url).port);
  session = await instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-4", participant: { name: "Marie L.", channel: "link" } },
    Session,
  );
  phone = await LastingPhone.enter(session.join_url);
});
afterAll(async () => {
  await phone?.close();
  await proxy?.close();
  await instance?.stop();
});

test(
  "photos of 12 and 50 megapixels survive cuts, reloads and killed browsers: none lost, none twice, bytes equal",
  async () => {
    const hashes = await takeThroughStorm({ phone, proxy, photos: await makePhotos() }, SNAPSHOTS);
    expect(await assess(instance, session.id, hashes)).toEqual({ lost: 0, twice: 0, equal: SNAPSHOTS });
  },
  LIMIT_MS,
);
