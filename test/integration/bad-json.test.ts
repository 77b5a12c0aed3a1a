import { brotliCompressSync, constants, createGzip, gzipSync } from "node:zlib";
import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FULL_BODIES } from "../helpers/full-bodies.ts";
import { Instance } from "../helpers/instance.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";
import { JSON_TYPE, problemOf, RawClient } from "../helpers/raw-client.ts";
import { tableDigests } from "../helpers/table-digests.ts";

let instance: Instance;
let client: RawClient;
let before: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  client = new RawClient(instance);
});
afterAll(() => instance.stop());
beforeEach(async () => {
  before = await tableDigests(instance.testDatabase.database);
});

const nothingWasStored = async () => expect(await tableDigests(instance.testDatabase.database)).toEqual(before);

const FULL = JSON.stringify(FULL_BODIES.createSession?.full);
const create = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  client.send("POST /v1/sessions", headers, body);
const full = (change: object) => ({ ...(FULL_BODIES.createSession?.full as object), ...change });

const DEEP_LIST = "[".repeat(10_000) + "]".repeat(10_000);
const DEEP_OBJECT = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;

describe("a body that is no JSON, or too much of it", () => {
  test.each([
    ["half an object", "{"],
    ["a text", '"text"'],
    ["a number", "5"],
    ["null", "null"],
    ["true", "true"],
    ["nothing but blanks", "   "],
    ["a trailing comma", '{"type":"field_inspection",}'],
    ["single quotes", "{'type':'field_inspection'}"],
    ["a comment", '{/* */"type":"field_inspection"}'],
    ["two objects", `${FULL}${FULL}`],
    ["NaN", FULL.replace("3600", "NaN")],
    ["Infinity", FULL.replace("3600", "Infinity")],
    ["a hexadecimal number", FULL.replace("3600", "0xe10")],
    ["a number with a leading nought", FULL.replace("3600", "03600")],
    ["a raw line feed in a text", FULL.replace("INS-42871", "INS\n")],
    ["an unknown escape", FULL.replace("INS-42871", "\\x41")],
    ["a form", "type=field_inspection"],
    ["XML", "<session/>"],
    ["10,000 levels of lists", DEEP_LIST],
    ["10,000 levels of objects", DEEP_OBJECT],
    ["500,000 levels that never end", "[".repeat(500_000)],
  ])("%s is a 400 and stores nothing", async (_name, body) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).code).toBe("validation_error");
    await nothingWasStored();
  });

  test("deep values in a field name the field", async () => {
    for (const deep of [DEEP_LIST, DEEP_OBJECT]) {
      for (const field of ["reference", "metadata", "participant", "unknown"]) {
        const answer = await create(`${FULL.slice(0, -1)},"${field}":${deep}}`);
        expect(answer.status).toBe(400);
        expect(problemOf(answer).param).toMatch(new RegExp(`^${field}`));
      }
    }
    await nothingWasStored();
  });

  test("10 MB are a 413, by their announced length and without one", async () => {
    const body = JSON.stringify(full({ reference: "x".repeat(10_000_000) }));
    const announced = await instance.api("/v1/sessions", { method: "POST", body });
    expect(announced.status).toBe(413);
    expect(await announced.json()).toMatchObject({ code: "payload_too_large" });
    const chunked = await instance.api("/v1/sessions", {
      method: "POST",
      headers: JSON_TYPE,
      body: new Blob([body]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(chunked.status).toBe(413);
    // What a stranger sends is not even read.
    const stranger = await instance.api("/v1/sessions", { method: "POST", body, key: "wrong" });
    expect(stranger.status).toBe(401);
    await nothingWasStored();
  });

  test("a list of half a million elements is refused, and nobody else waits for it", async () => {
    const many = (element: string, count: number) => `[${Array(count).fill(element).join(",")}]`;
    const bodies = [
      `{"url":"https://a.example","event_types":${many("0", 500_000)}}`,
      `{"url":"https://a.example","event_types":${many('"session.completed"', 45_000)}}`,
      many("0", 500_000),
      `{${Array.from({ length: 70_000 }, (_, n) => `"k${n}":0`).join(",")}}`,
    ];
    for (const body of bodies) {
      const started = performance.now();
      const answer = await client.send("POST /v1/webhook-endpoints", JSON_TYPE, body);
      expect(answer.status).toBe(400);
      expect(answer.body.length).toBeLessThan(1000);
      problemOf(answer);
      expect(performance.now() - started).toBeLessThan(20_000);
    }
    const metadata = `{${Array.from({ length: 70_000 }, (_, n) => `"k${n}":"v"`).join(",")}}`;
    expect(problemOf(await create(FULL.replace('{"claim":"C-1"}', metadata))).param).toBe("metadata");
    await nothingWasStored();
  });

  test("what inflates beyond the limit is a 413, and costs no memory", async () => {
    const gzip = createGzip({ level: 9 });
    const bomb: Buffer[] = [];
    gzip.on("data", (chunk: Buffer) => bomb.push(chunk));
    const zeros = Buffer.alloc(1 << 20, "x");
    for (let written = 0; written < 1000; written++) {
      if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once("drain", resolve));
    }
    await new Promise<void>((resolve) => gzip.end(resolve));
    const small = gzipSync(JSON.stringify(full({ reference: "x".repeat(2_000_000) })));
    const brotli = brotliCompressSync(Buffer.alloc(50_000_000, "x"), {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
    });
    for (const [encoding, body] of [
      ["gzip", Buffer.concat(bomb)],
      ["gzip", small],
      ["br", brotli],
    ] as const) {
      const answer = await create(body, { ...JSON_TYPE, "Content-Encoding": encoding });
      expect(answer.status).toBe(413);
      expect(problemOf(answer).code).toBe("payload_too_large");
    }
    const metrics = await (await fetch(`${instance.url}/metrics`)).text();
    const resident = Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
    expect(resident).toBeLessThan(500_000_000);
    await nothingWasStored();
  });

  test.each([
    ["an encoding that does not exist", "rot13", FULL],
    ["two encodings", "gzip, gzip", gzipSync(gzipSync(FULL))],
    ["gzip that is none", "gzip", FULL],
    ["gzip that ends early", "gzip", gzipSync(FULL).subarray(0, 40)],
    ["deflate that is none", "deflate", FULL],
  ])("%s is a 400", async (_name, encoding, body) => {
    const answer = await create(body, { ...JSON_TYPE, "Content-Encoding": encoding });
    expect(answer.status).toBe(400);
    expect(problemOf(answer)).toMatchObject({ code: "validation_error", param: "Content-Encoding" });
    await nothingWasStored();
  });
});

describe("JSON that is allowed and strange", () => {
  const createdBy = async (body: string | Uint8Array, headers?: Record<string, string>) => {
    const answer = await create(body, headers);
    expect(answer.status, answer.body).toBe(201);
    return Session.parse(JSON.parse(answer.body));
  };

  test("of two members of one name the last one counts", async () => {
    expect((await createdBy(`{"reference":"first",${FULL.slice(1)}`)).reference).toBe("INS-42871");
  });

  test("numbers beyond what there is are refused, and every way of writing a right one is taken", async () => {
    for (const number of ["1e999", "-1e999", "9007199254740993", "1e308", "9".repeat(400), "3600.5", "-3600", "0"]) {
      const answer = await create(FULL.replace("3600", number));
      expect(answer.status, number).toBe(400);
      expect(problemOf(answer).param).toBe("expires_in");
    }
    for (const number of ["3.6e3", "3600.0", "36E2"]) await createdBy(FULL.replace("3600", number));
    const { location } = await createdBy(FULL.replace("45.76", "-0").replace("4.83", "1e-400"));
    expect(location).toMatchObject({ latitude: 0, longitude: 0 });
  });

  test("names that objects have by themselves are names like any other in metadata", async () => {
    const metadata = { constructor: "a", toString: "b", hasOwnProperty: "c", "": undefined, prototype: "d" };
    const created = await createdBy(JSON.stringify(full({ metadata })));
    expect(created.metadata).toEqual({ constructor: "a", toString: "b", hasOwnProperty: "c", prototype: "d" });
    const read = await instance.api(`/v1/sessions/${created.id}`);
    expect(await read.json()).toMatchObject({ metadata: created.metadata });
  });

  test("a prototype cannot be given", async () => {
    for (const body of [`{"__proto__":{"reference":"x"},${FULL.slice(1)}`, FULL.replace('"claim"', '"__proto__"')]) {
      const answer = await create(body);
      expect(answer.status).toBe(400);
      expect(problemOf(answer).param).toMatch(/__proto__$/);
    }
    await nothingWasStored();
  });

  test("a byte order mark before it, blanks around it and compression are taken", async () => {
    await createdBy(`\ufeff${FULL}`);
    await createdBy(`\r\n\t ${FULL}\n`);
    await createdBy(gzipSync(FULL), { ...JSON_TYPE, "Content-Encoding": "gzip" });
    await createdBy(FULL, { "Content-Type": "application/json; charset=UTF-8" });
  });

  test("bytes that are no UTF-8 are stored as what stands for them", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"reference":"a'),
      Buffer.from([0xff, 0xc0, 0x80]),
      Buffer.from(`",${FULL.slice(1).replace('"reference":"INS-42871",', "")}`),
    ]);
    expect((await createdBy(bytes)).reference).toMatch(/^a\ufffd+$/);
  });
});

test("after all of it the server works as before, and has logged no failure of its own", async () => {
  await instance.post("/v1/sessions", FULL_BODIES.createSession?.full, Session);
  expect(instance.child("server").running).toBe(true);
  expect(instance.child("server").lines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
