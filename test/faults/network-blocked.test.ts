import type { Browser, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { click, openPage, testId } from "../helpers/browser.ts";
import { type Call, startCall } from "../helpers/call.ts";
import { readPaths } from "../helpers/connection-stats.ts";
import { freePort } from "../helpers/free-port.ts";
import type { Impairment } from "../helpers/network/impairment.ts";
import type { NetworkHost } from "../helpers/network/network-host.ts";
import { NetworkStage } from "../helpers/network/network-stage.ts";
import { TurnServer } from "../helpers/network/turn-server.ts";
import { PictureWatch } from "../helpers/picture-watch.ts";
import { waitFor } from "../helpers/wait-for.ts";

let turn: TurnServer;
let mediaPort: number;
let stage: NetworkStage;
let host: NetworkHost;
let phoneBrowser: Browser;
let call: Call;
let picture: PictureWatch;
beforeAll(async () => {
  mediaPort = await freePort();
  stage = await NetworkStage.open({
    processes: ["server", "media"],
    hosts: [{}],
    environment: async ({ serverAddress }) => {
      turn = await TurnServer.start(serverAddress);
      const plain = `${serverAddress}:${turn.port}`;
      const urls = [`turn:${plain}?transport=udp`, `turn:${plain}?transport=tcp`];
      return {
        MEDIA_PORT: String(mediaPort),
        TURN_URLS: [...urls, `turns:${serverAddress}:${turn.tlsPort}?transport=tcp`].join(","),
        TURN_SECRET: turn.secret,
      };
    },
  });
  host = stage.host(0);
  await host.impair({ blocked: { udp: "all", tcp: [turn.port, turn.tlsPort] } });
  phoneBrowser = await stage.launchBrowser(host);
  call = await startCall(stage.instance, await stage.launchBrowser(), {}, phoneBrowser);
  picture = await PictureWatch.open(call.inspector, "field-video");
});
afterAll(async () => {
  await stage?.close();
  await turn?.stop();
});

test("where no UDP gets through, the call goes over TCP to the media port", async () => {
  await picture.movesAfter(Date.now(), 10_000);
  const paths = await pathsOf(call.phone);
  for (const { candidateType, protocol } of paths) {
    expect(protocol).toBe("tcp");
    expect(candidateType).not.toBe("relay");
  }
});

/** The ways that the page's media go; they are told a moment after the picture moves. */
const pathsOf = (page: Page) =>
  waitFor("the ways to be told", async () => {
    const paths = await readPaths(page);
    return paths.length > 0 && paths;
  });

/** A phone opens the link with these ports out of reach. */
async function joinWithout(blocked: Impairment["blocked"]): Promise<Page> {
  await host.impair({ blocked });
  const { page } = await openPage(phoneBrowser, call.session.join_url);
  await click(page, "join");
  await page.waitForSelector(testId("live"), { timeout: 20_000 });
  await picture.movesAfter(Date.now(), 30_000);
  return page;
}

test.each([
  {
    what: "the relay's UDP port",
    relayProtocol: "udp",
    udp: () => [mediaPort],
    tcp: () => [mediaPort, turn.port, turn.tlsPort],
  },
  { what: "the relay's TCP port", relayProtocol: "tcp", udp: () => "all" as const, tcp: () => [mediaPort] },
  { what: "the relay's TLS port", relayProtocol: "tls", udp: () => "all" as const, tcp: () => [mediaPort, turn.port] },
])("where nothing but $what can be reached, the call goes through it", async ({ relayProtocol, udp, tcp }) => {
  const phone = await joinWithout({ udp: udp(), tcp: tcp() });
  const paths = await pathsOf(phone);
  await phone.browserContext().close();
  for (const path of paths) expect(path).toMatchObject({ candidateType: "relay", relayProtocol });
});
