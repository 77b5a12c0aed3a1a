import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent, type PostResult, postPayload } from "@nexbasira/core/webhooks/post-payload.ts";
import { resolveName } from "@nexbasira/core/webhooks/resolve-name.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Canary } from "../helpers/canary.ts";
import { Child } from "../helpers/child.ts";
import { startNameServer } from "../helpers/dns-server.ts";

type NameServer = Awaited<ReturnType<typeof startNameServer>>;

/** Stands for a public address: the operator of these tests permits it. The canary does not listen there. */
const PERMITTED = "127.0.0.2";

/** At 127.0.0.1 and ::1. Nothing that is posted without permission may ever reach it. */
let canary: Canary;
/** At the permitted address, with the canary's port. */
let receiver: Canary;
let names: NameServer;

beforeAll(async () => {
  canary = await Canary.start();
  receiver = await Canary.start([PERMITTED], canary.port);
  names = await startNameServer({
    ...Object.fromEntries(Object.entries(PRIVATE_NAMES).map(([name, addresses]) => [`${name}.test`, addresses])),
    "known.test": [PERMITTED],
    ...Object.fromEntries(SILENT.map((name) => [name, null])),
    "other.test": [PERMITTED],
    "rebound.test": (question) => [question === 1 ? PERMITTED : "127.0.0.1"],
    "kept.test": (question) => [question === 1 ? PERMITTED : "127.0.0.1"],
  });
});
afterEach(() => {
  expect(canary.takeConnections()).toBe(0);
  receiver.takeConnections();
});
afterAll(async () => {
  await Promise.all([canary.close(), receiver.close(), names.close()]);
});

/** Posts as a worker does, over connections of its own, with the guard of production and `ranges` permitted. */
async function post(url: string, { ranges = [] as string[], allowHttp = true } = {}): Promise<PostResult> {
  const guard = new AddressGuard(ranges, (name) => resolveName(name, [names.address]));
  const agent = createReceiverAgent(guard);
  try {
    return await postPayload({ agent, guard, allowHttp }, { url, body: "{}", headers: {}, limit_ms: 5_000 });
  } finally {
    await agent.close();
  }
}

const REFUSED = "the URL leads to an address that is not public";

/** Spellings of 127.0.0.1 and ::1, by which the canary is reached where that is permitted. */
const THIS_MACHINE = [
  "127.0.0.1",
  "127.0.0.1.",
  "127.1",
  "127.0.1",
  "2130706433",
  "2130706433.",
  "017700000001",
  "0177.0.0.1",
  "0177.0.0.01",
  "00000177.0.0.1",
  "0x7f000001",
  "0X7F000001",
  "0x7f.1",
  "0x7f.0.0.1",
  "0x7f.0x0.0x0.0x1",
  "127.0x1",
  "127.0.0x0.01",
  "１２７.0.0.1",
  "①②⑦.⓪.⓪.①",
  "127。0。0。1",
  "127.0.0｡1",
  "%31%32%37.0.0.1",
  "127%2e0%2E0%2e1",
  "12\u00ad7.0.0.1",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000::0001]",
  "[::0.0.0.1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::FFFF:7F00:0001]",
  "[0:0:0:0:0:ffff:127.0.0.1]",
];

/** Others that lead to this machine, its network, a network behind a translator or nowhere public. */
const NOT_PUBLIC = [
  // This machine by other ways: any of its addresses, IPv4 carried in IPv6.
  ...["0.0.0.0", "0", "0x0", "127.255.255.254", "0.1.2.3", "[::]", "[::127.0.0.1]", "[::7f00:1]"],
  ...["[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::0a00:1]", "[64:ff9b::a9fe:a9fe]"],
  ...["[64:ff9b:1::7f00:1]", "[64:ff9b:1:7f00:0:100::]", "[64:ff9b:1:fffe::808:808]"],
  ...["[2002:7f00:1::]", "[2002:a00:1::1]", "[2002:c0a8:101::1]", "[2002:a9fe:a9fe::]"],
  ...["[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2001::7f00:1]", "[::ffff:0:127.0.0.1]", "[::ffff:0:7f00:1]"],
  ...["[fe80::5efe:127.0.0.1]", "[2606:2800:220:1:0:5efe:127.0.0.1]", "[2606:2800:220:1:200:5efe:10.0.0.1]"],
  // Private networks and what is between machines.
  ...["10.0.0.1", "10.255.255.255", "0xa.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "3232235521"],
  ...["100.64.0.1", "100.127.255.255", "169.254.0.1", "198.18.0.1", "198.19.255.255"],
  ...["[fc00::1]", "[fd12:3456:789a::1]", "[fe80::1]", "[febf::1]", "[fec0::1]", "[feff::1]", "[::ffff:10.0.0.1]"],
  // Not for one machine, or for none.
  ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "0xffffffff", "192.88.99.1", "192.0.0.1"],
  ...["192.0.2.1", "198.51.100.1", "203.0.113.1", "[ff02::1]", "[ff0e::1]", "[100::1]", "[2001:db8::1]"],
  ...["[3fff::1]", "[2001:2::1]", "[2001:10::1]", "[2001:20::1]", "[5f00::1]", "[4000::1]", "[e000::1]", "[::2]"],
  // What clouds give their machines' secrets from.
  ...["169.254.169.254", "169.254.170.2", "0xa9fea9fe", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]", "[fd20:ce::254]"],
  ...["100.100.100.200", "192.0.0.192", "168.63.129.16", "169.254.0.23"],
];

test.each(THIS_MACHINE)("http://%s/ is this machine: reached with permission, and not without", async (host) => {
  const url = `http://${host}:${canary.port}/`;
  expect(await post(url, { ranges: ["127.0.0.0/8", "::1/128"] })).toMatchObject({ status: 200, problem: null });
  expect(canary.takeConnections()).toBe(1);
  expect(await post(url)).toMatchObject({ status: null, problem: REFUSED });
  expect(canary.takeConnections()).toBe(0);
});

test.each(NOT_PUBLIC)("http://%s/ is not public", async (host) => {
  expect(await post(`http://${host}:${canary.port}/`)).toMatchObject({ status: null, problem: REFUSED });
});

test("nor is any of them over https, at the port of their own or another one", async () => {
  for (const host of [...THIS_MACHINE, ...NOT_PUBLIC]) {
    for (const port of ["", ":443", ":80", ":0", ":65535", `:0${canary.port}`]) {
      expect(await post(`https://${host}${port}/`), host).toMatchObject({ status: null, problem: REFUSED });
    }
  }
});

test.each([
  "http://[fe80::1%25lo]:PORT/",
  "http://[fe80::1%lo]:PORT/",
  "http://[::1%25lo]:PORT/",
  "http://[::1:PORT/",
  "http://256.0.0.1:PORT/",
  "http://127.0.0.1.1:PORT/",
  "http://0x7g.0.0.1:PORT/",
  "http://127.0.0.1%00:PORT/",
  "http://127.0.0.1\u0000:PORT/",
  "http://127.0.0.1:PORT0000/",
  "http://127.0.0.1:-1/",
  "http://::1:PORT/",
  "http:///",
  "//127.0.0.1:PORT/",
  "",
])("%j is no URL", async (url) => {
  const result = await post(url.replace("PORT", String(canary.port)));
  expect(result).toMatchObject({ status: null, problem: "the URL cannot be read" });
});

test.each([
  ["http+unix://%2Fvar%2Frun%2Fdocker.sock/", "the URL is not https"],
  ["unix:/var/run/docker.sock", "the URL is not https"],
  ["file:///etc/passwd", "the URL is not https"],
  ["ftp://127.0.0.1:PORT/", "the URL is not https"],
  ["gopher://127.0.0.1:PORT/_GET", "the URL is not https"],
  ["ws://127.0.0.1:PORT/", "the URL is not https"],
  ["data:text/plain,hello", "the URL is not https"],
  ["http://user@127.0.0.1:PORT/", "the URL must not hold a user name or a password"],
  ["http://user:secret@127.0.0.1:PORT/", "the URL must not hold a user name or a password"],
  ["http://93.184.216.34@127.0.0.1:PORT/", "the URL must not hold a user name or a password"],
  ["http://:@127.0.0.1:PORT/", REFUSED],
  ["http:\\\\127.0.0.1:PORT\\", REFUSED],
  ["http:127.0.0.1:PORT", REFUSED],
  [" http://127.0.0.1:PORT/ ", REFUSED],
  ["ht\ntp://127.0.\t0.1:PORT/", REFUSED],
  ["http://127.0.0.1:PORT#@93.184.216.34/", REFUSED],
  ["http://127.0.0.1:PORT?@93.184.216.34/", REFUSED],
  ["http://127.0.0.1:PORT\\@93.184.216.34/", REFUSED],
])("%j is not posted to: %s", async (url, problem) => {
  const result = await post(url.replace("PORT", String(canary.port)));
  expect(result).toMatchObject({ status: null, problem });
});

/** Names by their addresses; the two with a public one beside must not be posted to either. */
const PRIVATE_NAMES = {
  loopback: ["127.0.0.1"],
  "loopback-six": ["::1"],
  both: ["127.0.0.1", "::1"],
  any: ["0.0.0.0"],
  mapped: ["::ffff:127.0.0.1"],
  compatible: ["::127.0.0.1"],
  nat64: ["64:ff9b::7f00:1"],
  "local-nat64": ["64:ff9b:1::7f00:1"],
  "six-to-four": ["2002:7f00:1::"],
  isatap: ["2606:2800:220:1:0:5efe:7f00:1"],
  private: ["10.0.0.1"],
  metadata: ["169.254.169.254"],
  "metadata-six": ["fd00:ec2::254"],
  "public-first": ["93.184.216.34", "127.0.0.1"],
  "public-four": ["93.184.216.34", "::1"],
};

test.each(Object.keys(PRIVATE_NAMES))("the name %s.test is refused by what it leads to", async (name) => {
  for (const host of [`${name}.test`, `${name}.test.`, `${name.toUpperCase()}.Test`]) {
    const result = await post(`http://${host}:${canary.port}/`);
    expect(result).toMatchObject({ status: null, problem: "EADDRREFUSED: the address is not public" });
  }
  const asked = names.asked(`${name}.test`, "A");
  expect(asked).toBe(3);
});

test("the system's own names of this machine are refused, too", async () => {
  const guard = new AddressGuard([]);
  const agent = createReceiverAgent(guard);
  for (const host of ["localhost", "LOCALHOST", "localhost.", "ip6-localhost", "ip6-loopback"]) {
    const url = `http://${host}:${canary.port}/`;
    const post = { url, body: "{}", headers: {}, limit_ms: 5_000 };
    const { status, problem } = await postPayload({ agent, guard, allowHttp: true }, post);
    expect(status).toBeNull();
    // A name that this machine does not know at all is no danger either.
    expect(problem, host).toMatch(/^EADDRREFUSED: the address is not public$|ENOTFOUND|EAI_AGAIN/);
  }
  await agent.close();
});

const SILENT = Array.from({ length: 64 }, (_, index) => `silent-${index}.test`);

test("names whose servers say nothing keep no other name from being found", async () => {
  const silent = SILENT.map((name) => post(`http://${name}:${canary.port}/`));
  const known = post(`http://known.test:${canary.port}/`, permitting);
  // It is answered before any of those that were asked for before it is given up.
  expect(await Promise.race([known, ...silent])).toMatchObject({ status: 200 });
  for (const result of await Promise.all(silent)) {
    expect(result).toMatchObject({ status: null, problem: expect.stringMatching(/^ETIMEOUT|time limit/) });
  }
});

test("a name that nobody knows is a failure in words", async () => {
  expect(await post("http://unknown.test/")).toMatchObject({
    status: null,
    problem: expect.stringMatching(/^ENOTFOUND: /),
  });
});

const permitting = { ranges: [`${PERMITTED}/32`] };

test("a name that leads elsewhere the second time leads nowhere: it is looked up once, and what was checked is used", async () => {
  const url = `http://rebound.test:${canary.port}/`;
  expect(await post(url, permitting)).toMatchObject({ status: 200 });
  expect(receiver.takeConnections()).toBe(1);
  expect(names.asked("rebound.test", "A")).toBe(1);
  expect(await post(url, permitting)).toMatchObject({
    status: null,
    problem: "EADDRREFUSED: the address is not public",
  });
  expect(names.asked("rebound.test", "A")).toBe(2);
  expect(receiver.takeConnections()).toBe(0);
});

test("names at one address share no connection, and none follows its name to another address", async () => {
  const guard = new AddressGuard(permitting.ranges, (name) => resolveName(name, [names.address]));
  const agent = createReceiverAgent(guard);
  const keeping = await Canary.start([PERMITTED], undefined, { keepAlive: true });
  const to = (name: string) =>
    postPayload(
      { agent, guard, allowHttp: true },
      { url: `http://${name}:${keeping.port}/`, body: "{}", headers: {}, limit_ms: 5_000 },
    );
  expect(await to("known.test")).toMatchObject({ status: 200 });
  expect(await to("other.test")).toMatchObject({ status: 200 });
  expect(keeping.takeConnections()).toBe(2);
  // The name has moved to this machine by then; the connection stays where it was made, and is not looked up again.
  for (let count = 0; count < 3; count++) {
    expect(await to("kept.test")).toMatchObject({ status: 200, problem: null });
    // The connection is free for the next one only once this one's answer is through.
    await new Promise(setImmediate);
  }
  expect(keeping.takeConnections()).toBe(1);
  expect(names.asked("kept.test", "A")).toBe(1);
  await agent.close();
  await keeping.close();
});

test("a proxy that the environment names is not asked", async () => {
  const proxy = `http://127.0.0.1:${canary.port}`;
  const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
  const environment = {
    ...Object.fromEntries(variables.map((name) => [name, proxy])),
    NO_PROXY: "",
    NODE_USE_ENV_PROXY: "1",
  };
  const postOnce = async (url: string, ...ranges: string[]) =>
    JSON.parse(await new Child("test/helpers/post-once.ts", environment, [url, ...ranges]).output());
  const url = `http://${PERMITTED}:${canary.port}/`;
  expect(await postOnce(url, `${PERMITTED}/32`)).toMatchObject({ status: 200 });
  expect(receiver.takeConnections()).toBe(1);
  expect(await postOnce(url)).toMatchObject({ status: null, problem: REFUSED });
  expect(await postOnce(`http://localhost:${canary.port}/`)).toMatchObject({
    problem: "EADDRREFUSED: the address is not public",
  });
  expect(receiver.takeConnections()).toBe(0);
});
