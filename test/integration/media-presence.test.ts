import { randomBytes } from "node:crypto";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { lockPresence } from "@nexbasira/core/database/participants.ts";
import { closeSession } from "@nexbasira/core/database/sessions.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture } from "../helpers/media-fixture.ts";
import { waitFor } from "../helpers/wait-for.ts";

const GRACE_MS = 400;

let media: MediaFixture;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: GRACE_MS, idle: 60_000, linger: 100, device: 500 });
});

afterAll(() => media.close());

test("forged, foreign, over and missing tokens are not let in", async () => {
  const { id, participant } = await media.session();
  const foreign = new Links({ publicUrl: "http://x", phoneUrl: null, secret: randomBytes(32).toString("hex") });
  const claims = { session_id: id, participant_id: participant.id, role: "inspector", name: "x", device_id: "x" };
  const [body = "", mac = ""] = participant.token.split(".");
  const stolen = Buffer.from(JSON.stringify({ ...claims, expires_at: 9_999_999_999 })).toString("base64url");
  for (const auth of [
    {},
    { token: 7 },
    { token: "" },
    { token: `${stolen}.${mac}` },
    { token: `${body}.${mac.slice(0, -2)}AA` },
    { token: foreign.access.seal({ ...claims, role: "inspector", expires_at: 9_999_999_999 }) },
    { token: media.tokenFor(id, participant, Date.now() - 1000) },
  ]) {
    await expect(media.connect(auth)).rejects.toMatchObject({ code: "authentication_error" });
  }
});

test("a session that is over lets nobody in and says why", async () => {
  const { id, participant, inspector } = await media.session({ status: "cancelled" });
  for (const { token } of [participant, inspector]) {
    await expect(media.connect({ token })).rejects.toEqual({ code: "gone", message: "cancelled" });
  }
  expect(media.node.rooms.find(id)).toBeUndefined();
});

test("an inspector waits in the room of a session whose link nobody has opened yet", async () => {
  const { participant, inspector } = await media.session({ status: "pending", started_at: null });
  const waiting = await media.connect({ token: inspector.token });
  const state = await waiting.ask("room.enter", {});
  expect(state.session.status).toBe("pending");
  await expect(media.connect({ token: participant.token })).rejects.toEqual({ code: "gone", message: "pending" });
});

test("who enters finds the room as it is, and the others are told", async () => {
  const { id, participant, inspector } = await media.session();
  const first = await media.enter(inspector);
  const phone = await media.connect({ token: participant.token });
  const state = await phone.ask("room.enter", {});
  expect(state.self).toMatchObject({ participant_id: participant.id, role: "participant", name: "Marie L." });
  expect(state.people.map((person) => person.participant_id).sort()).toEqual([inspector.id, participant.id].sort());
  expect(state.session).toEqual({ id, reference: "INS-42871", status: "active", signature_level: "ses" });
  expect(Math.abs(state.server_time_ms - Date.now())).toBeLessThan(2_000);
  expect(state.boards.map((board) => board.kind)).toEqual(["live"]);
  expect(state.recording).toEqual({ state: "off", started_at: null });
  expect(await first.notice("person.entered")).toEqual(state.self);
  const events = await media.events(id);
  expect(events.map(({ type }) => type)).toEqual(["participant.joined", "participant.joined"]);
  expect(events[1]?.data).toMatchObject({
    session_id: id,
    participant: { id: participant.id, role: "participant", name: "Marie L." },
    device: "a test",
    joined_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  });
});

test("capabilities are offered without the orientation extension", async () => {
  const { participant } = await media.session();
  const phone = await media.connect({ token: participant.token });
  const { router_rtp_capabilities } = await phone.ask("room.enter", {});
  const text = JSON.stringify(router_rtp_capabilities);
  expect(text).toContain("urn:ietf:params:rtp-hdrext:sdes:mid");
  expect(text).not.toContain("video-orientation");
  expect(text.match(/video\/VP8|video\/H264|audio\/opus/g)).toEqual(["audio/opus", "video/VP8", "video/H264"]);
});

test("a device that comes back within the grace period has never left", async () => {
  const { id, participant, inspector, observer } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  const expert = await media.enter(observer);
  phone.close();
  await console_.notice("person.unreachable", ({ unreachable }) => unreachable);
  expert.close();
  await media.enter(participant);
  // Whose grace period began later has left by now, so the phone's is over too.
  await console_.notice("person.left", ({ participant_id }) => participant_id === observer.id);
  expect(console_.all("person.left")).toHaveLength(1);
  expect(console_.all("person.unreachable").filter(({ participant_id }) => participant_id === participant.id)).toEqual([
    { participant_id: participant.id, unreachable: true },
    { participant_id: participant.id, unreachable: false },
  ]);
  const left = await waitFor("the event", async () =>
    (await media.events(id)).find((e) => e.type === "participant.left"),
  );
  expect(left.data).toMatchObject({ participant: { id: observer.id } });
  expect(await media.events(id)).toHaveLength(4);
});

test("a device that stays away has left after the grace period, and joins again when it comes back", async () => {
  const { id, participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  phone.close();
  expect(await console_.notice("person.left")).toEqual({ participant_id: participant.id, reason: "disconnected" });
  const left = await waitFor("the event", async () =>
    (await media.events(id)).find((e) => e.type === "participant.left"),
  );
  expect(left.data).toMatchObject({ participant: { id: participant.id }, reason: "disconnected", device: "a test" });
  await media.enter(participant);
  const joined = (await media.events(id)).filter(({ type }) => type === "participant.joined");
  expect(joined.map(({ data }) => data.participant)).toMatchObject([
    { id: inspector.id },
    { id: participant.id },
    { id: participant.id },
  ]);
});

test("leaving is told at once, with its reason", async () => {
  const { id, participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  await phone.ask("room.leave", {});
  expect(await console_.notice("person.left")).toEqual({ participant_id: participant.id, reason: "left" });
  expect(await phone.refusal("clip.create", { from_ms: 0, to_ms: 1 })).toBe("permission_denied");
  expect(await phone.refusal("room.leave", {})).toBe("conflict");
  const left = (await media.events(id)).at(-1);
  expect(left).toMatchObject({ type: "participant.left", data: { reason: "left" } });
});

test("another device takes the place, the first one is told, and its token opens nothing any more", async () => {
  const { id, participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  const other = await media.onAnotherDevice(id, participant);
  const tablet = await media.enter(other);
  await phone.notice("device.replaced");
  await phone.closed();
  expect(await console_.notice("person.left")).toEqual({ participant_id: participant.id, reason: "replaced" });
  await console_.notice("person.entered", ({ participant_id }) => participant_id === participant.id);
  expect(await media.auditActions(id)).toContain("participant.device_replaced");
  await expect(media.connect({ token: participant.token })).rejects.toMatchObject({ code: "conflict" });
  expect(tablet.socket.connected).toBe(true);
  expect((await media.events(id)).map(({ type }) => type)).toEqual(["participant.joined", "participant.joined"]);
});

test("the same device's second socket takes the first one's place, silently for the others", async () => {
  const { participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  await media.enter(participant);
  await phone.notice("device.replaced");
  await phone.closed();
  await waitFor("the second entering", () => console_.all("person.entered").length === 2);
  expect(console_.all("person.left")).toEqual([]);
  expect(console_.all("person.unreachable")).toEqual([]);
});

test("a socket that is lost while its person enters is noticed", async () => {
  const { participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.connect({ token: participant.token });
  await inTransaction(media.database, async (transaction) => {
    // As long as this holds the row, the entering waits.
    await lockPresence(transaction, participant.id);
    phone.socket.emit("room.enter", {}, () => {});
    await waitFor("the entering", () => isWaiting());
    phone.close();
    for (let i = 0; i < 20; i += 1) await console_.ask("clock.read", {});
  });
  expect(await console_.notice("person.left")).toEqual({ participant_id: participant.id, reason: "disconnected" });
});

/** Whether some connection waits for another one's lock. */
async function isWaiting(): Promise<boolean> {
  const { rows } =
    await sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
      media.database,
    );
  return rows.length > 0;
}

test("the end is told to everybody, after it nothing is done, and all of them have left", async () => {
  const { id, participant, inspector, observer } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.enter(inspector);
  await media.enter(observer);
  await console_.ask("session.end", {});
  expect(await phone.notice("session.ended")).toEqual({ status: "completed" });
  expect(await phone.refusal("board.open", { kind: "whiteboard" })).toBe("gone");
  await phone.closed();
  await waitFor("the room to be closed", () => media.node.rooms.find(id) === undefined);
  const events = await media.events(id);
  expect(events.map(({ type }) => type)).toEqual([
    "participant.joined",
    "participant.joined",
    "participant.joined",
    "session.completed",
    "participant.left",
    "participant.left",
    "participant.left",
  ]);
  expect(events.slice(-3).map(({ data }) => data.reason)).toEqual(Array(3).fill("session_ended"));
  await expect(media.connect({ token: participant.token })).rejects.toEqual({ code: "gone", message: "completed" });
});

test("people who were present when the node was killed have the grace period to come back", async () => {
  const before = await MediaFixture.open();
  try {
    await before.start({ grace: 60_000 });
    const { id, participant, inspector } = await before.session();
    const ended = await before.session();
    await Promise.all([before.enter(participant), before.enter(inspector), before.enter(ended.participant)]);
    // Closed in good order or killed: nobody has left by it, and the next life finds the same in the database.
    await before.node.close();
    expect((await before.events(id)).map(({ type }) => type)).toEqual(["participant.joined", "participant.joined"]);
    await inTransaction(before.database, (transaction) =>
      closeSession(transaction, ended.id, { from: "active", to: "completed", ended_by: "api" }),
    );
    await before.start({ grace: GRACE_MS });
    await before.enter(inspector);
    const left = await waitFor("the event", async () =>
      (await before.events(id)).find((e) => e.type === "participant.left"),
    );
    expect(left.data).toMatchObject({ participant: { id: participant.id }, reason: "disconnected" });
    expect(await before.events(id)).toHaveLength(3);
    expect((await before.events(ended.id)).at(-1)?.data).toMatchObject({ reason: "session_ended" });
  } finally {
    await before.close();
  }
});

test("a room without people is closed after a while, and made anew for who comes then", async () => {
  const short = await MediaFixture.open();
  try {
    await short.start({ grace: 50, idle: 50 });
    const { id, participant } = await short.session();
    const phone = await short.enter(participant);
    const room = short.node.rooms.find(id);
    phone.close();
    await waitFor("the room to be closed", () => short.node.rooms.find(id) === undefined);
    await short.enter(participant);
    expect(short.node.rooms.find(id)).not.toBe(room);
  } finally {
    await short.close();
  }
});
