import { randomUUID } from "node:crypto";
import {
  REQUESTS,
  type RequestName,
  type RequestPayload,
  type RoomState,
} from "@nexbasira/core/contract/signalling.ts";
import type { ShapeDraft } from "@nexbasira/core/shapes/shape.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MediaFixture, type TestPerson, type TestSession } from "../helpers/media-fixture.ts";
import { NodeProcess } from "../helpers/node-process.ts";
import { RawSocket } from "../helpers/raw-socket.ts";
import type { RoomClient } from "../helpers/room-client.ts";
import { waitFor } from "../helpers/wait-for.ts";

let media: MediaFixture;
let node: NodeProcess;

beforeAll(async () => {
  media = await MediaFixture.open();
  node = await NodeProcess.start(media);
});

// Whatever was sent to it, it is there.
afterEach(async () => {
  expect([node.child.running, node.child.running ? [] : node.child.lines.slice(-5)]).toEqual([true, []]);
  expect((await fetch(`${node.url}/readyz`)).ok).toBe(true);
  // mediasoup tells of each call that it refuses; ours are refusals, and no errors.
  const ours = node.child.lines.filter((line) => !line.includes('"namespace":"mediasoup'));
  expect(ours.filter((line) => line.includes('"level":50') || line.includes('"level":60'))).toEqual([]);
});

afterAll(async () => {
  await node.stop();
  await media.close();
});

const RTP = {
  codecs: [
    { mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [],
  encodings: [{ ssrc: 1111 }],
  rtcp: { cname: "somebody" },
};
const DTLS = { role: "client", fingerprints: [{ algorithm: "sha-256", value: Array(32).fill("AB").join(":") }] };
const LINE: ShapeDraft = { kind: "line", id: "s", color: "#ff0000", width: 0.01, from: [0, 0], to: [1, 1] };

/** Of each message of the contract, one that is right, except that nothing it names exists. */
const SAMPLES: { [Name in RequestName]: RequestPayload<Name> } = {
  "room.enter": {},
  "room.leave": {},
  "clock.read": {},
  "transport.create": { direction: "send" },
  "transport.connect": { transport_id: "nowhere", dtls_parameters: DTLS },
  "transport.restart-ice": { transport_id: "nowhere" },
  "producer.create": {
    transport_id: "nowhere",
    kind: "audio",
    source: "microphone",
    rtp_parameters: RTP,
    paused: false,
  },
  "producer.pause": { producer_id: "nothing" },
  "producer.resume": { producer_id: "nothing" },
  "producer.close": { producer_id: "nothing" },
  "consumer.create": { transport_id: "nowhere", producer_id: "nothing", rtp_capabilities: {} },
  "consumer.resume": { consumer_id: "nothing" },
  "consumer.pause": { consumer_id: "nothing" },
  "capture.request": { request_id: randomUUID() },
  "capture.announce": { capture_id: randomUUID(), kind: "snapshot", sha256: "a".repeat(64), size: 1 },
  "board.open": { kind: "annotation", item_id: "evd_nothing" },
  "board.show": { board_id: "wb_nothing" },
  "board.operate": { board_id: "wb_nothing", operations: [{ op: "undo" }] },
  "board.point": { board_id: "wb_nothing", at: [0, 0] },
  "board.save": { board_id: "wb_nothing" },
  "clip.create": { from_ms: 1, to_ms: 2 },
  "chat.send": { message_id: randomUUID(), audience: "everyone", text: "Hello" },
  "device.report": {
    battery: null,
    network: { type: null, round_trip_ms: null, loss: null, available_bitrate: null },
    sending: null,
    camera: null,
    visible: true,
    waiting_captures: 0,
  },
  "device.command": { command: { command: "torch", on: true } },
  "signature.request": {},
  "signature.submit": {
    name: "Marie L.",
    operations: [{ op: "add", gesture: "g", shape: LINE }],
  },
  "session.end": {},
};
const NAMES = Object.keys(SAMPLES) as RequestName[];
/** Answered by everybody's socket, with a room or without. */
const WITHOUT_ROOM: readonly RequestName[] = ["room.enter", "clock.read"];

const mayItBeSentBy = (person: TestPerson, name: RequestName) =>
  REQUESTS[name].roles.some((role) => role === person.role);

function senderOf(session: TestSession, name: RequestName): TestPerson {
  const people = [session.inspector, session.participant, session.observer];
  const sender = people.find((person) => mayItBeSentBy(person, name));
  if (!sender) throw new Error(`nobody may send ${name}`);
  return sender;
}

/** The room as an onlooker finds it, but for the clock. */
async function stateOf(onlooker: RoomClient): Promise<Omit<RoomState, "server_time_ms" | "self">> {
  const { server_time_ms: _, self: __, ...state } = await onlooker.ask("room.enter", {});
  return state;
}

/** Somebody who sends sound, and all that belongs to that. */
async function speaking(person: TestPerson) {
  const client = await node.connect({ token: person.token });
  const { router_rtp_capabilities } = await client.ask("room.enter", {});
  const [send, receive] = [
    await client.ask("transport.create", { direction: "send" }),
    await client.ask("transport.create", { direction: "receive" }),
  ];
  const { producer_id } = await client.ask("producer.create", {
    ...SAMPLES["producer.create"],
    transport_id: send.transport_id,
  });
  return { client, send: send.transport_id, receive: receive.transport_id, producer_id, router_rtp_capabilities };
}

test("each message is refused to the roles that may not send it, before entering, after leaving and after the end", async () => {
  const session = await media.session();
  for (const person of [session.participant, session.inspector, session.observer]) {
    const forbidden = NAMES.filter((name) => !mayItBeSentBy(person, name));
    const allowed = NAMES.filter((name) => mayItBeSentBy(person, name) && !WITHOUT_ROOM.includes(name));
    const client = await node.connect({ token: person.token });
    const codes = async (names: readonly RequestName[]) =>
      Promise.all(names.map(async (name) => [name, await client.refusal(name, SAMPLES[name])]));
    const all = (names: readonly RequestName[], code: string) => names.map((name) => [name, code]);
    expect(await codes(allowed)).toEqual(all(allowed, "conflict"));
    await client.ask("room.enter", {});
    expect(await codes(forbidden)).toEqual(all(forbidden, "permission_denied"));
    await client.ask("room.leave", {});
    expect(await codes(allowed)).toEqual(all(allowed, "conflict"));
  }
  const clients = await Promise.all(
    [session.participant, session.inspector, session.observer].map(async (person) => ({
      person,
      client: await node.enter(person),
    })),
  );
  await clients[1]?.client.ask("session.end", {});
  await Promise.all(clients.map(({ client }) => client.notice("session.ended")));
  for (const { person, client } of clients) {
    const names = NAMES.filter((name) => mayItBeSentBy(person, name));
    for (const name of names.filter((each) => each !== "clock.read" && each !== "room.leave")) {
      expect([name, await client.refusal(name, SAMPLES[name])]).toEqual([name, "gone"]);
    }
    await expect(node.connect({ token: person.token })).rejects.toMatchObject({ code: "gone" });
  }
  const events = await media.events(session.id);
  expect(events.filter(({ type }) => type.startsWith("session."))).toHaveLength(1);
});

test("payloads of any other form are refused with a code, whatever the message, and change nothing", async () => {
  const session = await media.session();
  const onlooker = await node.connect({ token: session.observer.token });
  let client: RoomClient | undefined;
  for (const name of NAMES) {
    client = await node.enter(senderOf(session, name));
    const before = await stateOf(onlooker);
    const wrong: unknown[][] = [
      [],
      [null],
      [0],
      ["text"],
      [true],
      [[]],
      [[SAMPLES[name]]],
      [Buffer.alloc(1_000)],
      [{ ...SAMPLES[name], extra: 1 }],
      [{ ...SAMPLES[name], constructor: 1 }],
      [JSON.parse('{"__proto__":{"x":1},"y":2}')],
      [{ a: Buffer.alloc(8) }],
      [SAMPLES[name], SAMPLES[name]],
      [SAMPLES[name], null],
      [{ a: "x".repeat(100_000) }],
    ];
    const strange = [{}, [], -1, "", "\u0000", "x".repeat(70_000), { $gt: 1 }, Buffer.alloc(4)];
    for (const key of Object.keys(SAMPLES[name]))
      wrong.push(...strange.map((value) => [{ ...SAMPLES[name], [key]: value }]));
    for (const [index, payload] of wrong.entries()) {
      // A new socket has its whole budget.
      if (index % 8 === 7) client = await node.enter(senderOf(session, name));
      const refused = await client?.refusal(name, ...payload);
      const codes = index < 15 ? /^validation_error$/ : /^(validation_error|not_found|conflict)$/;
      expect([name, payload, refused]).toEqual([name, payload, expect.stringMatching(codes)]);
    }
    expect(await stateOf(onlooker)).toEqual(before);
  }
});

test("names that are none, of objects' own parts too, are refused, and none of them is called", async () => {
  const { inspector } = await media.session();
  const client = await node.enter(inspector);
  for (const name of [
    "",
    "no.such.message",
    "room.enter ",
    "ROOM.ENTER",
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "error",
    "ping",
    "message",
    "x".repeat(10_000),
  ]) {
    expect([name, await client.refusal(name, {})]).toEqual([name, "validation_error"]);
  }
  await client.ask("clock.read", {});
});

test("messages out of their order are refused, and those after them are taken", async () => {
  const session = await media.session();
  const speaker = await speaking(session.participant);
  const { client } = await speaking(session.inspector);
  const { producer_id, router_rtp_capabilities: rtp_capabilities } = speaker;
  const late = await node.enter(session.observer);
  // A consumer before its transport.
  expect(await late.refusal("consumer.create", { transport_id: "later", producer_id, rtp_capabilities })).toBe(
    "not_found",
  );
  const { transport_id } = await late.ask("transport.create", { direction: "receive" });
  await late.ask("transport.connect", { transport_id, dtls_parameters: DTLS });
  expect(await late.refusal("transport.connect", { transport_id, dtls_parameters: DTLS })).toBe("conflict");
  expect(await late.refusal("producer.create", { ...SAMPLES["producer.create"], transport_id })).toBe("not_found");
  expect(await late.refusal("consumer.resume", { consumer_id: "later" })).toBe("not_found");
  const consumer = await late.ask("consumer.create", { transport_id, producer_id, rtp_capabilities });
  await late.ask("consumer.resume", { consumer_id: consumer.consumer_id });
  const sending = await late.ask("transport.create", { direction: "send" });
  const wrongWay = { transport_id: sending.transport_id, producer_id, rtp_capabilities };
  expect(await late.refusal("consumer.create", wrongWay)).toBe("not_found");
  await speaker.client.ask("producer.close", { producer_id });
  expect(await late.refusal("consumer.create", { transport_id, producer_id, rtp_capabilities })).toBe("not_found");
  expect(await speaker.client.refusal("producer.resume", { producer_id })).toBe("not_found");
  // Twenty enterings and leavings at once leave one person or none, and a room that works.
  await Promise.all(Array.from({ length: 20 }, (_, i) => client.send(i % 3 === 2 ? "room.leave" : "room.enter", {})));
  const state = await client.ask("room.enter", {});
  const people = state.people.map((person) => person.participant_id);
  expect(people.toSorted()).toEqual([session.participant.id, session.inspector.id, session.observer.id].toSorted());
});

test("what belongs to others, in the same room or in another, cannot be had by its id", async () => {
  const session = await media.session();
  const victim = await speaking(session.participant);
  const foreign = await speaking((await media.session()).inspector);
  const { board_id } = await foreign.client.ask("board.open", { kind: "whiteboard" });
  const attacker = await speaking(session.inspector);
  const { transport_id } = await attacker.client.ask("transport.create", { direction: "receive" });
  const listening = await attacker.client.ask("consumer.create", {
    transport_id,
    producer_id: victim.producer_id,
    rtp_capabilities: attacker.router_rtp_capabilities,
  });
  const onlooker = await node.connect({ token: session.observer.token });
  const before = await stateOf(onlooker);
  for (const other of [victim, foreign]) {
    for (const [name, payload] of [
      ["transport.connect", { transport_id: other.send, dtls_parameters: DTLS }],
      ["transport.restart-ice", { transport_id: other.receive }],
      ["producer.create", { ...SAMPLES["producer.create"], transport_id: other.send }],
      ["producer.pause", { producer_id: other.producer_id }],
      ["producer.resume", { producer_id: other.producer_id }],
      ["producer.close", { producer_id: other.producer_id }],
      [
        "consumer.create",
        {
          transport_id: other.receive,
          producer_id: victim.producer_id,
          rtp_capabilities: attacker.router_rtp_capabilities,
        },
      ],
    ] as const) {
      expect([name, await attacker.client.refusal(name, payload)]).toEqual([name, "not_found"]);
    }
  }
  const { producer_id } = foreign;
  const rtp_capabilities = attacker.router_rtp_capabilities;
  expect(await attacker.client.refusal("consumer.create", { transport_id, producer_id, rtp_capabilities })).toBe(
    "not_found",
  );
  expect(await victim.client.refusal("consumer.pause", { consumer_id: listening.consumer_id })).toBe("not_found");
  expect(await victim.client.refusal("consumer.resume", { consumer_id: listening.consumer_id })).toBe("not_found");
  for (const [name, payload] of [
    ["board.show", { board_id }],
    ["board.operate", { board_id, operations: [{ op: "add", gesture: "g", shape: LINE }] }],
    ["board.point", { board_id, at: [0, 0] }],
    ["board.save", { board_id }],
  ] as const) {
    expect([name, await attacker.client.refusal(name, payload)]).toEqual([name, "not_found"]);
  }
  expect(await stateOf(onlooker)).toEqual(before);
  await victim.client.ask("producer.pause", { producer_id: victim.producer_id });
  await foreign.client.ask("board.operate", { board_id, operations: [{ op: "undo" }] });
});

test("no token but one's own, of this session, this role and this time, opens a socket", async () => {
  const [session, other] = [await media.session(), await media.session()];
  const { participant, inspector } = session;
  const onlooker = await node.connect({ token: session.observer.token });
  const before = await stateOf(onlooker);
  const flipped = `${participant.token.slice(0, -3)}${participant.token.endsWith("AAA") ? "BBB" : "AAA"}`;
  for (const auth of [
    {},
    { token: "" },
    { token: null },
    { token: {} },
    { token: ["a"] },
    { token: "x".repeat(5_000) },
    { token: flipped },
    { token: participant.token.slice(0, -5) },
    // Sealed by us, and yet of nobody.
    { token: media.tokenFor(session.id, participant, Date.now() - 1_000) },
    { token: media.tokenFor(other.id, participant) },
    { token: media.tokenFor("sess_nothing", participant) },
    { token: media.tokenFor(session.id, { ...participant, id: "part_nobody" }) },
    { token: media.tokenFor(session.id, { ...participant, role: "inspector" }) },
    { token: media.tokenFor(session.id, { ...inspector, role: "observer" }) },
  ]) {
    await expect(node.connect(auth)).rejects.toMatchObject({ code: "authentication_error" });
  }
  const replaced = media.tokenFor(session.id, { ...participant, deviceId: randomUUID() });
  await expect(node.connect({ token: replaced })).rejects.toMatchObject({ code: "conflict" });
  expect(await stateOf(onlooker)).toEqual(before);
});

test("frames that are no messages close their own socket, and nobody else's", async () => {
  const session = await media.session();
  const phone = await node.enter(session.participant);
  const before = await stateOf(phone);
  for (const frames of [
    ["4"],
    ["42["],
    ["42{}"],
    ["42[]"],
    ["42null"],
    ['42["disconnect","now"]'],
    ['42["connect_error",{}]'],
    ["48"],
    ["459-[]"],
    ['4999999999-["clock.read",{"_placeholder":true,"num":0}]'],
    ['451-["clock.read",{"_placeholder":true,"num":7}]', '42["clock.read",{}]'],
    ['451-["clock.read",{"_placeholder":true,"num":"constructor"}]', new Uint8Array(3)],
    [`42${"[".repeat(50_000)}`],
    [`42["${"x".repeat(1_100_000)}"]`],
    [new Uint8Array(3)],
    ["2"],
    ["x"],
    [""],
  ]) {
    const raw = await RawSocket.open(node, session.inspector.token);
    for (const frame of frames) raw.send(frame);
    await raw.closed();
  }
  // These say nothing, or nothing that is for us.
  const raw = await RawSocket.open(node, session.inspector.token);
  for (const frame of ["42", "43", "431", "431[]", '40/admin,{"token":"x"}', '42/,["clock.read",{}]', "6"])
    raw.send(frame);
  await waitFor("the refusal", () => raw.frames.some((frame) => frame.startsWith("44/admin")));
  raw.send('421["clock.read",{}]');
  await waitFor("the answer", () => raw.frames.some((frame) => frame.startsWith('431[{"ok":true')));
  raw.close();
  // Before it has said who it is, nothing is answered.
  const stranger = await RawSocket.open(node);
  stranger.send('421["room.enter",{}]');
  await stranger.closed();
  expect(await stateOf(phone)).toEqual(before);
  expect(phone.socket.connected).toBe(true);
});

test("answers that nobody asked for, a second time, or of no sense are no answers", async () => {
  const session = await media.session();
  const console_ = await node.enter(session.inspector);
  const phone = await RawSocket.open(node, session.participant.token);
  phone.send('420["room.enter",{}]');
  await waitFor("the room", () => phone.frames.some((frame) => frame.startsWith("430")));
  const answer = (capture_id: string) => JSON.stringify([{ ok: true, capture_id, sha256: "a".repeat(64) }]);
  phone.send(`4399${answer(randomUUID())}`);
  phone.send("430[]");
  const requested = console_.ask("capture.request", { request_id: randomUUID() });
  const asked = await waitFor("the question", () => phone.frames.find((frame) => frame.includes("capture.requested")));
  const id = /^42(\d+)\[/.exec(asked)?.[1];
  const [first, second] = [randomUUID(), randomUUID()];
  phone.send(`43${id}${answer(first)}`);
  phone.send(`43${id}${answer(second)}`);
  phone.send(`43${id}["no"]`);
  expect((await requested).capture_id).toBe(first);
  // An answer with bytes in it, and one of ten thousand things.
  for (const nonsense of [`43NUMBER[${"1,".repeat(10_000)}1]`, "43NUMBER[]", "43NUMBER[null]", '43NUMBER[{"ok":1}]']) {
    const count = phone.frames.length;
    const refused = console_.refusal("capture.request", { request_id: randomUUID() });
    const next = await waitFor("the question", () =>
      phone.frames.slice(count).find((frame) => frame.includes("capture.requested")),
    );
    phone.send(nonsense.replace("NUMBER", /^42(\d+)\[/.exec(next)?.[1] ?? ""));
    expect(await refused).toBe("internal_error");
  }
  phone.close();
});

test("a message that nobody waits for is not done, and one that is refused over and over ends its socket alone", async () => {
  const session = await media.session();
  const phone = await node.enter(session.participant);
  const console_ = await node.enter(session.inspector);
  const before = await stateOf(phone);
  for (const name of NAMES) console_.socket.emit(name, SAMPLES[name]);
  console_.socket.emit("session.end", {}, "not a function");
  await console_.ask("clock.read", {});
  expect(await stateOf(phone)).toEqual(before);
  for (let i = 0; i < 2_200; i += 1) console_.socket.emit("no.such.message", {});
  await console_.closed();
  await node.enter(session.inspector);
  expect(phone.socket.connected).toBe(true);
});

test("refusing costs no memory that stays", async () => {
  const session = await media.session();
  // Less than what it is sent below.
  const small = await NodeProcess.start(media, { extra: { NODE_OPTIONS: "--max-old-space-size=96" } });
  const padding = "x".repeat(100_000);
  for (let socket = 0; socket < 8; socket += 1) {
    const client = await small.enter(session.inspector);
    const codes = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => client.send("board.show", { board_id: `b${randomUUID()}`, padding })),
      );
      for (const answer of answers) codes.add(answer.ok ? "done" : answer.error.code);
    }
    expect([...codes].toSorted()).toEqual(["rate_limited", "validation_error"]);
    client.close();
  }
  expect((await fetch(`${small.url}/readyz`)).ok).toBe(true);
  expect(await small.stop()).toBe(0);
});
