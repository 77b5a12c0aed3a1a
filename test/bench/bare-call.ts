import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createWorker, type types } from "mediasoup";
import type { Browser, Page } from "puppeteer-core";
import { Server, type Socket } from "socket.io";
import { build } from "vite";
import { MEDIA_CODECS } from "../../server/media/codecs.ts";
import { workerPath } from "../../tools/mediasoup-worker/path.mjs";
import { openPage, testId } from "../helpers/browser.ts";
import type { BenchContext } from "./bench.ts";

/** What a transport needs on the other side. */
type TransportParameters = Pick<types.WebRtcTransport, "id" | "iceParameters" | "iceCandidates" | "dtlsParameters">;
type ConsumerParameters = Pick<types.Consumer, "id" | "producerId" | "kind"> & { rtpParameters: object };

/** What a page asks; the last argument takes the answer. Where mediasoup and its client differ in type, it is an object. */
export interface Asked {
  open: (answer: (opened: { router: object; transport: TransportParameters }) => void) => void;
  start: (dtlsParameters: types.DtlsParameters, answer: () => void) => void;
  produce: (kind: types.MediaKind, rtpParameters: types.RtpParameters, answer: (id: string) => void) => void;
  consume: (
    producerId: string,
    rtpCapabilities: types.RtpCapabilities,
    answer: (consumer: ConsumerParameters) => void,
  ) => void;
  resume: (consumerId: string, answer: () => void) => void;
}

export interface Told {
  produced: (producerId: string) => void;
}

const HTML = `<!doctype html><meta charset="utf-8"><title>Bare call</title>
<button data-testid="join">Join</button><video data-testid="field-video" autoplay muted playsinline></video>
<script type="module" src="/page.js"></script>`;

/**
 * A call of mediasoup and mediasoup-client and nothing else: no database, no consent, no recording, one worker, one
 * router, one transport a page. The signalling is socket.io's, as in the product.
 */
export interface BareCalls {
  /** The receiving page, ready to receive. */
  openViewer(): Promise<Page>;
  /** The sending page, ready for the click on `join`. */
  openSender(): Promise<Page>;
}

export async function startBareCalls({ cleanup }: BenchContext, browser: Browser): Promise<BareCalls> {
  const worker = await createWorker({ logLevel: "warn", workerBin: workerPath() });
  cleanup.add(() => worker.close());
  const router = await worker.createRouter({ mediaCodecs: MEDIA_CODECS });
  const script = await bundlePage();
  const server = createServer((request, response) => {
    if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.setHeader("content-type", "text/html").end(HTML);
  });
  const sockets = new Server<Asked, Told>(server, { transports: ["websocket"] });
  cleanup.add(() => sockets.close());
  sockets.on("connection", (socket) => serve(socket, router));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
  const open = async (role: "view" | "send") => {
    const { page } = await openPage(browser, `http://localhost:${address.port}/${role}`);
    await page.waitForSelector(`body[data-ready] ${testId("join")}`, { timeout: 20_000 });
    return page;
  };
  return { openViewer: () => open("view"), openSender: () => open("send") };
}

function serve(socket: Socket<Asked, Told>, router: types.Router): void {
  const opening = router.createWebRtcTransport({ listenInfos: [{ protocol: "udp", ip: "127.0.0.1" }] });
  const consumers = new Map<string, types.Consumer>();
  const withTransport = async (work: (transport: types.WebRtcTransport) => Promise<void>) => {
    const transport = await opening;
    await work(transport).catch((error: unknown) => {
      // The page was closed meanwhile: its sound may come after the picture that was waited for.
      if (!transport.closed) throw error;
    });
  };
  socket.on("disconnect", async () => (await opening).close());
  socket.on("open", (answer) =>
    withTransport(async ({ id, iceParameters, iceCandidates, dtlsParameters }) => {
      const transport = { id, iceParameters, iceCandidates, dtlsParameters };
      answer({ router: router.rtpCapabilities, transport });
    }),
  );
  socket.on("start", (dtlsParameters, answer) =>
    withTransport(async (transport) => {
      await transport.connect({ dtlsParameters });
      answer();
    }),
  );
  socket.on("produce", (kind, rtpParameters, answer) =>
    withTransport(async (transport) => {
      const producer = await transport.produce({ kind, rtpParameters });
      answer(producer.id);
      socket.broadcast.emit("produced", producer.id);
    }),
  );
  socket.on("consume", (producerId, rtpCapabilities, answer) =>
    withTransport(async (transport) => {
      const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true });
      consumers.set(consumer.id, consumer);
      answer({ id: consumer.id, producerId, kind: consumer.kind, rtpParameters: consumer.rtpParameters });
    }),
  );
  socket.on("resume", (consumerId, answer) =>
    withTransport(async () => {
      const consumer = consumers.get(consumerId);
      try {
        await consumer?.resume();
      } catch (error) {
        // Its sender has gone meanwhile: this join is over.
        if (consumer?.closed === false) throw error;
      }
      answer();
    }),
  );
}

async function bundlePage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL("./bare-call-page.ts", import.meta.url)), formats: ["es"], fileName: "page" },
    },
  });
  const [bundle] = [built].flat();
  const chunk = bundle && "output" in bundle ? bundle.output[0] : undefined;
  if (!chunk) throw new Error("the page's script was not built");
  return chunk.code;
}
