import { createWorker, type types } from "mediasoup";
import { MEDIA_CODECS } from "./codecs.ts";
import { type ListenPlan, planListening, withFurtherAddresses } from "./listen-infos.ts";

export interface MediaEngineOptions {
  /** The path of the mediasoup worker; the package's own where it is null. */
  workerBinary: string | null;
  announcedAddresses: readonly string[];
  /** UDP and TCP; 0 lets the worker choose. */
  port: number;
  /** The worker died, or takes no more calls: every room of it is gone. May be called more than once. */
  onDied: (error: Error) => void;
}

/** A picture that is sharp from the first second on, in bits per second; congestion control goes on from there. */
const FIRST_OUTGOING_BITRATE = 1_500_000;

/** How often it is looked whether the worker still answers. */
const WATCH_EVERY_MS = 2_000;

/** One mediasoup worker with the one UDP and TCP port that all media comes through. */
export class MediaEngine {
  readonly #worker: types.Worker;
  readonly #server: types.WebRtcServer;
  readonly #plan: ListenPlan;
  readonly #watch: NodeJS.Timeout;

  private constructor(
    worker: types.Worker,
    server: types.WebRtcServer,
    plan: ListenPlan,
    onDied: (error: Error) => void,
  ) {
    this.#worker = worker;
    this.#server = server;
    this.#plan = plan;
    worker.on("died", onDied);
    // A worker that cannot be spoken to any more is as good as dead: with it the process would go on without any call.
    this.#watch = setInterval(() => {
      this.workerCpuSeconds().catch((error) => {
        if (this.alive) onDied(error);
      });
    }, WATCH_EVERY_MS);
  }

  /** Throws where the worker does not start or the port is taken. */
  static async open(options: MediaEngineOptions): Promise<MediaEngine> {
    const plan = planListening(options.announcedAddresses, options.port);
    const worker = await createWorker({
      logLevel: "warn",
      ...(options.workerBinary === null ? {} : { workerBin: options.workerBinary }),
    });
    try {
      const server = await worker.createWebRtcServer({ listenInfos: plan.listenInfos });
      return new MediaEngine(worker, server, plan, options.onDied);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  get alive(): boolean {
    return !this.#worker.closed;
  }

  get workerPid(): number {
    return this.#worker.pid;
  }

  /** One router a room. */
  createRouter(): Promise<types.Router> {
    return this.#worker.createRouter({ mediaCodecs: MEDIA_CODECS });
  }

  createTransport(router: types.Router): Promise<types.WebRtcTransport> {
    return router.createWebRtcTransport({
      webRtcServer: this.#server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: FIRST_OUTGOING_BITRATE,
    });
  }

  /** Over one protocol alone, and for data: what the check before a call tries. */
  createCheckTransport(router: types.Router, protocol: "udp" | "tcp"): Promise<types.WebRtcTransport> {
    return router.createWebRtcTransport({
      webRtcServer: this.#server,
      enableUdp: protocol === "udp",
      enableTcp: protocol === "tcp",
      enableSctp: true,
    });
  }

  /** What a client may connect to: the transport's candidates under every announced address. */
  candidatesOf(transport: types.WebRtcTransport): types.IceCandidate[] {
    return withFurtherAddresses(transport.iceCandidates, this.#plan.furtherAddresses);
  }

  /** Processor time that the worker has used, in seconds. */
  async workerCpuSeconds(): Promise<number> {
    const { ru_utime, ru_stime } = await this.#worker.getResourceUsage();
    return (ru_utime + ru_stime) / 1000;
  }

  close(): void {
    clearInterval(this.#watch);
    try {
      this.#worker.close();
    } catch {
      // It cannot be told any more. Its own process must not outlive this.
      process.kill(this.#worker.pid, "SIGKILL");
    }
  }
}
