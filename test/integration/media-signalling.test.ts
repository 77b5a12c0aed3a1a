import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture } from "../helpers/media-fixture.ts";

let media: MediaFixture;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start({ grace: 500, linger: 100 });
});

afterAll(() => media.close());

const RTP = {
  codecs: [
    { mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] },
  ],
  headerExtensions: [],
  encodings: [{ ssrc: 1111 }],
  rtcp: { cname: "phone" },
};

test("wrong payloads and unknown names are refused, without harm to the socket", async () => {
  const { participant } = await media.session();
  const client = await media.enter(participant);
  const deep = JSON.parse(`${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`);
  for (const [name, ...payload] of [
    ["transport.create", { direction: "sideways" }],
    ["transport.create", { direction: "send", extra: 1 }],
    ["transport.create", null],
    ["transport.create"],
    ["transport.create", { direction: "send" }, { direction: "send" }],
    ["transport.connect", deep],
    ["transport.create", [{ direction: "send" }]],
    ["capture.announce", { capture_id: "x", kind: "snapshot", sha256: "y", size: -1 }],
    ["board.operate", { board_id: "live", operations: [] }],
    ["board.operate", { board_id: "live", operations: [{ op: "add", gesture: "g", shape: { kind: "bomb" } }] }],
    ["no.such.message", {}],
    ["toString", {}],
    ["__proto__", {}],
    ["constructor", {}],
  ] as const) {
    expect([name, await client.refusal(name, ...payload)]).toEqual([name, "validation_error"]);
  }
  expect((await client.ask("clock.read", {})).server_time_ms).toBeGreaterThan(0);
});

test("a message of more than a megabyte closes the socket and nothing else", async () => {
  const { participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.enter(inspector);
  console_.socket.emit("clock.read", { padding: "x".repeat(1_100_000) }, () => {});
  await console_.closed();
  await phone.notice("person.unreachable");
  expect((await phone.ask("clock.read", {})).server_time_ms).toBeGreaterThan(0);
});

test("parameters that mediasoup refuses are validation errors, unknown ids are not found", async () => {
  const { participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const { transport_id, ice_candidates, dtls_parameters } = await phone.ask("transport.create", { direction: "send" });
  expect(ice_candidates.map((candidate) => candidate.protocol)).toEqual(["udp", "tcp"]);
  expect(dtls_parameters.fingerprints).toBeInstanceOf(Array);
  for (const dtls of [
    {},
    { fingerprints: 7 },
    { fingerprints: [{ algorithm: "rot13", value: "x" }] },
    { role: "boss" },
  ]) {
    expect(await phone.refusal("transport.connect", { transport_id, dtls_parameters: dtls })).toBe("validation_error");
  }
  const produce = { transport_id, kind: "audio", source: "microphone", paused: false };
  for (const rtp_parameters of [{}, { codecs: 1 }, { ...RTP, codecs: [] }, { ...RTP, encodings: [{ ssrc: "x" }] }]) {
    expect(await phone.refusal("producer.create", { ...produce, rtp_parameters })).toBe("validation_error");
  }
  const unknown = { ...produce, transport_id: "nowhere", rtp_parameters: RTP };
  expect(await phone.refusal("producer.create", unknown)).toBe("not_found");
  expect(await phone.refusal("producer.create", { ...produce, kind: "video", rtp_parameters: RTP })).toBe(
    "validation_error",
  );
  expect(await phone.refusal("producer.pause", { producer_id: "x" })).toBe("not_found");
  expect(await phone.refusal("consumer.resume", { consumer_id: "x" })).toBe("not_found");

  const made = await phone.ask("producer.create", {
    ...produce,
    kind: "audio",
    source: "microphone",
    rtp_parameters: RTP,
  });
  const console_ = await media.enter(inspector);
  const receiving = await console_.ask("transport.create", { direction: "receive" });
  const consume = { transport_id: receiving.transport_id, producer_id: made.producer_id };
  expect(await console_.refusal("consumer.create", { ...consume, rtp_capabilities: {} })).toBe("validation_error");
  expect(await console_.refusal("consumer.create", { ...consume, rtp_capabilities: { codecs: "all" } })).toBe(
    "validation_error",
  );
  const sending = { ...consume, transport_id, rtp_capabilities: {} };
  expect(await console_.refusal("consumer.create", sending)).toBe("not_found");
});

test("values that would break the way to the media worker do not get there", async () => {
  const { participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const produce = { transport_id, kind: "audio", source: "microphone", paused: false };
  for (const change of [
    { encodings: [{ ssrc: 1, maxBitrate: 0.5 }] },
    { encodings: [{ ssrc: 1, rtx: { ssrc: "2" } }] },
    { encodings: [{ ssrc: 2 ** 33 }] },
    { encodings: [{ ssrc: 1, scalabilityMode: 7 }] },
    { rtcp: { cname: 7 } },
    { mid: {} },
    { codecs: [{ ...RTP.codecs[0], parameters: { a: {} } }] },
    { codecs: [{ ...RTP.codecs[0], rtcpFeedback: [{ type: "nack", parameter: 1 }] }] },
    { headerExtensions: [{ uri: "urn:ietf:params:rtp-hdrext:sdes:mid", id: 1, parameters: { a: [{}] } }] },
  ]) {
    const refused = await phone.refusal("producer.create", { ...produce, rtp_parameters: { ...RTP, ...change } });
    expect([change, refused]).toEqual([change, "validation_error"]);
  }
  await phone.ask("producer.create", { ...produce, kind: "audio", source: "microphone", rtp_parameters: RTP });
  await (await media.enter(inspector)).ask("transport.create", { direction: "send" });
});

test("who produces is told to all, who consumes gets its parameters, and both end together", async () => {
  const { participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.connect({ token: inspector.token });
  const { router_rtp_capabilities } = await console_.ask("room.enter", {});
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const { producer_id } = await phone.ask("producer.create", {
    transport_id,
    kind: "audio",
    source: "microphone",
    rtp_parameters: RTP,
    paused: false,
  });
  const added = await console_.notice("producer.added");
  expect(added).toEqual({
    producer_id,
    participant_id: participant.id,
    kind: "audio",
    source: "microphone",
    paused: false,
  });
  const receiving = await console_.ask("transport.create", { direction: "receive" });
  const consume = { transport_id: receiving.transport_id, producer_id, rtp_capabilities: router_rtp_capabilities };
  const first = await console_.ask("consumer.create", consume);
  expect(first.kind).toBe("audio");
  const consumer = await console_.ask("consumer.create", consume);
  expect(await console_.notice("consumer.closed")).toEqual({ consumer_id: first.consumer_id });
  await console_.ask("consumer.resume", { consumer_id: consumer.consumer_id });

  await phone.ask("producer.pause", { producer_id });
  expect(await console_.notice("producer.changed")).toEqual({ ...added, paused: true });
  await phone.ask("producer.close", { producer_id });
  await console_.notice("consumer.closed", ({ consumer_id }) => consumer_id === consumer.consumer_id);
  expect(await console_.notice("producer.removed")).toEqual({ producer_id });
});

test("a sender that offers orientation all the same is received without it", async () => {
  const { id, participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.connect({ token: inspector.token });
  await console_.ask("room.enter", {});
  const whole = media.node.rooms.find(id)?.router.rtpCapabilities;
  const orientation = whole?.headerExtensions?.find(({ uri }) => uri === "urn:3gpp:video-orientation");
  // The router itself knows it: that it is filtered is what keeps it away.
  expect(orientation).toBeDefined();
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const { producer_id } = await phone.ask("producer.create", {
    transport_id,
    kind: "video",
    source: "camera",
    rtp_parameters: {
      codecs: [{ mimeType: "video/VP8", payloadType: 96, clockRate: 90_000, parameters: {}, rtcpFeedback: [] }],
      headerExtensions: [
        { uri: "urn:ietf:params:rtp-hdrext:sdes:mid", id: 1 },
        { uri: "urn:3gpp:video-orientation", id: 4 },
      ],
      encodings: [{ ssrc: 2222 }],
      rtcp: { cname: "phone" },
    },
    paused: false,
  });
  const receiving = await console_.ask("transport.create", { direction: "receive" });
  const { rtp_parameters } = await console_.ask("consumer.create", {
    transport_id: receiving.transport_id,
    producer_id,
    rtp_capabilities: { ...whole },
  });
  expect(JSON.stringify(rtp_parameters)).toContain("sdes:mid");
  expect(JSON.stringify(rtp_parameters)).not.toContain("video-orientation");
});

test("a new transport, producer or entering takes the place of the one before", async () => {
  const { id, participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.enter(inspector);
  const produce = async (transport_id: string, ssrc: number) =>
    (
      await phone.ask("producer.create", {
        transport_id,
        kind: "audio",
        source: "microphone",
        rtp_parameters: { ...RTP, encodings: [{ ssrc }] },
        paused: false,
      })
    ).producer_id;
  const first = await phone.ask("transport.create", { direction: "send" });
  const [a, b] = [await produce(first.transport_id, 1), await produce(first.transport_id, 2)];
  await console_.notice("producer.removed", ({ producer_id }) => producer_id === a);
  const second = await phone.ask("transport.create", { direction: "send" });
  await console_.notice("producer.removed", ({ producer_id }) => producer_id === b);
  const c = await produce(second.transport_id, 3);
  expect(media.node.rooms.find(id)?.producers.map(({ producer }) => producer.id)).toEqual([c]);
  const again = await phone.ask("room.enter", {});
  expect(again.producers).toEqual([]);
  await console_.notice("producer.removed", ({ producer_id }) => producer_id === c);
});

test("an observer may speak and not show", async () => {
  const { observer } = await media.session();
  const expert = await media.enter(observer);
  const { transport_id } = await expert.ask("transport.create", { direction: "send" });
  const video = { transport_id, kind: "video", source: "camera", rtp_parameters: RTP, paused: false };
  expect(await expert.refusal("producer.create", video)).toBe("permission_denied");
  await expert.ask("producer.create", {
    transport_id,
    kind: "audio",
    source: "microphone",
    rtp_parameters: RTP,
    paused: true,
  });
});

test("messages that race with the room's end are answered or cut off, and never an internal error", async () => {
  const { participant, inspector } = await media.session();
  const phone = await media.enter(participant);
  const console_ = await media.enter(inspector);
  const { transport_id } = await phone.ask("transport.create", { direction: "send" });
  const produce = { transport_id, kind: "audio", source: "microphone", rtp_parameters: RTP, paused: false };
  const racing = Array.from({ length: 40 }, (_, index) => [
    phone.send("producer.create", produce).catch(() => undefined),
    phone.send("transport.create", { direction: index % 2 ? "send" : "receive" }).catch(() => undefined),
  ]).flat();
  const [answers] = await Promise.all([Promise.all(racing), console_.ask("session.end", {})]);
  const codes = answers.flatMap((answer) => (answer && !answer.ok ? [answer.error.code] : []));
  expect(codes.filter((code) => !["conflict", "gone", "not_found", "rate_limited"].includes(code))).toEqual([]);
});
