import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CaptureQueue, type CaptureQueueOptions, type NewCapture } from "./capture-queue.ts";
import type { CaptureRecord } from "./capture-record.ts";
import { memoryStore } from "./memory-store.ts";
import type { SendCaptureOptions } from "./send-capture.ts";
import type { Outcome } from "./sending.ts";

const VERIFIED: Outcome = { kind: "verified", item_id: "ev_1" };
const open: CaptureQueue[] = [];

afterEach(() => {
  for (const queue of open.splice(0)) queue.close();
});

/** A queue whose tries to send are answered by `send`, and the captures in the order in which they were tried. */
function makeQueue(options: Partial<CaptureQueueOptions> = {}) {
  const tried: CaptureRecord[] = [];
  const send = options.send ?? (async () => VERIFIED);
  const queue = new CaptureQueue({
    participantId: "part_1",
    store: memoryStore(),
    accessToken: () => "token",
    renewAccess: async () => undefined,
    clockOffsetMs: () => 12,
    onStored: () => undefined,
    ...options,
    send: async (sending: SendCaptureOptions) => {
      tried.push(sending.record);
      return send(sending);
    },
  });
  open.push(queue);
  return { queue, tried };
}

function photo(text: string, change: Partial<NewCapture> = {}): NewCapture {
  return {
    kind: "snapshot",
    blob: new Blob([text], { type: "image/jpeg" }),
    source: "photo",
    deviceTime: new Date("2026-05-23T11:42:15.123Z"),
    position: Promise.resolve({ location: null, location_status: "unavailable" }),
    ...change,
  };
}

const states = (queue: CaptureQueue): string[] => queue.getSnapshot().records.map(({ state }) => state);
const settled = (queue: CaptureQueue): Promise<void> =>
  vi.waitFor(() => expect(states(queue).every((state) => state === "verified" || state === "refused")).toBe(true));

describe("the queue of captures", () => {
  it("keeps a capture before anything of it is sent", async () => {
    const store = memoryStore();
    const kept: number[] = [];
    const { queue } = makeQueue({
      store,
      send: async () => {
        kept.push((await store.ofParticipant("part_1")).length);
        return VERIFIED;
      },
    });
    await queue.add(photo("one"));
    await settled(queue);
    expect(kept).toEqual([1]);
  });

  it("shows a capture as saved only when the device has it", async () => {
    const store = memoryStore();
    const writing = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const { queue } = makeQueue({
      store: {
        ...store,
        put: async (record) => {
          writing.resolve();
          await written.promise;
          await store.put(record);
        },
      },
    });
    const adding = queue.add(photo("one"));
    await writing.promise;
    expect(states(queue)).toEqual([]);
    written.resolve();
    await adding;
    await settled(queue);
  });

  it("sends in the order of taking, one at a time", async () => {
    let running = 0;
    let most = 0;
    const allAreKept = Promise.withResolvers<void>();
    const { queue, tried } = makeQueue({
      send: async () => {
        running += 1;
        most = Math.max(most, running);
        await allAreKept.promise;
        running -= 1;
        return VERIFIED;
      },
    });
    for (const text of ["one", "two", "three"]) await queue.add(photo(text));
    allAreKept.resolve();
    await settled(queue);
    expect(tried.map(({ device_order }) => device_order)).toEqual([1, 2, 3]);
    expect(most).toBe(1);
  });

  it("begins to send before the position is there, and hands it over as soon as it is", async () => {
    const fix = Promise.withResolvers<Awaited<NewCapture["position"]>>();
    const located = {
      location: { latitude: 1, longitude: 2, accuracy_m: 3, age_s: 0 },
      location_status: "fixed",
    } as const;
    const sent: unknown[] = [];
    const { queue, tried } = makeQueue({
      send: async ({ record, position }) => {
        sent.push(record.location_status, await position);
        return VERIFIED;
      },
    });
    const record = await queue.add(photo("one", { position: fix.promise }));
    expect(record.sha256).toHaveLength(64);
    await vi.waitFor(() => expect(tried).toHaveLength(1));
    expect(states(queue)).toEqual(["sending"]);
    fix.resolve(located);
    await settled(queue);
    expect(sent).toEqual(["timed_out", located]);
    expect(queue.getSnapshot().records[0]).toMatchObject(located);
  });

  it("keeps and sends a capture whose small picture is not made yet", async () => {
    const small = Promise.withResolvers<Blob | null>();
    const { queue } = makeQueue();
    await queue.add(photo("one", { thumbnail: small.promise }));
    await settled(queue);
    small.resolve(new Blob(["small"]));
    await vi.waitFor(() => expect(queue.getSnapshot().records[0]?.thumbnail?.size).toBe(5));
  });

  it("gives up a try that hangs when the network comes back, and goes on at once", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const hanging: Promise<Outcome>[] = [];
    const { queue, tried } = makeQueue({
      send: ({ signal }) => {
        if (hanging.length > 0) return Promise.resolve(VERIFIED);
        const hangs = new Promise<Outcome>((resolve) => {
          signal.addEventListener("abort", () => resolve({ kind: "failed" }));
        });
        hanging.push(hangs);
        return hangs;
      },
    });
    try {
      await queue.add(photo("one"));
      await vi.waitFor(() => expect(tried).toHaveLength(1));
      queue.kick();
      expect(states(queue)).toEqual(["sending"]);
      vi.setSystemTime(Date.now() + 10_000);
      queue.kick();
      await settled(queue);
      expect(tried).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("tells two people who use one browser apart", async () => {
    const store = memoryStore();
    const first = makeQueue({ store: { ...store, close: () => undefined }, send: () => new Promise(() => undefined) });
    await first.queue.add(photo("one"));
    const other = makeQueue({ store, participantId: "part_2" });
    await other.queue.add(photo("two"));
    await settled(other.queue);
    expect(other.tried.map(({ device_order }) => device_order)).toEqual([1]);
  });

  it("tries again from the same place after a failure, as soon as it is kicked", async () => {
    const outcomes: Outcome[] = [{ kind: "failed" }, VERIFIED];
    const { queue, tried } = makeQueue({
      send: async ({ onUrl }) => {
        onUrl("/uploads/abc");
        return outcomes.shift() ?? VERIFIED;
      },
    });
    await queue.add(photo("one"));
    await vi.waitFor(() => expect(queue.getSnapshot().records[0]?.failures).toBe(1));
    queue.kick();
    await settled(queue);
    expect(tried.map(({ upload_url }) => upload_url)).toEqual([null, "/uploads/abc"]);
  });

  it("goes on with a new token when the old one is no longer taken", async () => {
    let token = "old";
    const used: string[] = [];
    const { queue } = makeQueue({
      accessToken: () => token,
      renewAccess: async () => {
        token = "new";
      },
      send: async ({ accessToken }) => {
        used.push(accessToken);
        return accessToken === "new" ? VERIFIED : { kind: "unauthorized" };
      },
    });
    await queue.add(photo("one"));
    await vi.waitFor(() => expect(token).toBe("new"));
    queue.kick();
    await settled(queue);
    expect(used).toEqual(["old", "new"]);
  });

  it("takes up what an earlier page left, with numbers that go on", async () => {
    const store = memoryStore();
    const first = makeQueue({ store: { ...store, close: () => undefined }, send: () => new Promise(() => undefined) });
    await first.queue.add(photo("one"));
    await vi.waitFor(() => expect(states(first.queue)).toEqual(["sending"]));
    first.queue.close();
    const second = makeQueue({ store });
    const added = await second.queue.add(photo("two"));
    await settled(second.queue);
    expect(added.device_order).toBe(2);
    expect(second.tried.map(({ device_order }) => device_order)).toEqual([1, 2]);
  });

  it("is done with a capture that the room shows as an item, even if its answer was lost", async () => {
    const { queue } = makeQueue({ send: () => new Promise(() => undefined) });
    const { sha256 } = await queue.add(photo("one"));
    queue.confirm([{ id: "ev_7", sha256, device_order: 2 } as EvidenceItem]);
    expect(states(queue)).not.toEqual(["verified"]);
    queue.confirm([{ id: "ev_7", sha256, device_order: 1 } as EvidenceItem]);
    await settled(queue);
    expect(queue.getSnapshot().records[0]).toMatchObject({ item_id: "ev_7", blob: null });
  });

  it("goes on in memory, and says so, where the device keeps nothing", async () => {
    const { queue } = makeQueue({
      store: { ...memoryStore(), put: () => Promise.reject(new DOMException("full", "QuotaExceededError")) },
    });
    await queue.add(photo("one"));
    await settled(queue);
    expect(queue.getSnapshot().volatile).toBe(true);
  });

  it("sends the others when the server refuses one", async () => {
    const { queue } = makeQueue({
      send: async ({ record }) =>
        record.device_order === 1 ? { kind: "refused", code: "unsupported_media" } : VERIFIED,
    });
    await queue.add(photo("one"));
    await queue.add(photo("two"));
    await settled(queue);
    expect(states(queue)).toEqual(["refused", "verified"]);
  });
});
