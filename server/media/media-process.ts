import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase, type Database } from "@nexbasira/core/database/database.ts";
import { NoticeListener } from "@nexbasira/core/database/notify.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { answerOperator } from "@nexbasira/core/process/answer-operator.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { openStorage } from "@nexbasira/core/storage/open-storage.ts";
import { SignallingServer } from "../signalling/signalling-server.ts";
import { ClosingOrder } from "./closing-order.ts";
import { MediaEngine } from "./media-engine.ts";
import { MediaMetricsRegistry } from "./media-metrics.ts";
import { openDirectory, ownNode } from "./media-nodes.ts";
import { AnnouncedNode, type AnnouncedNodeOptions, type NodeLease, SOLE_NODE } from "./node-lease.ts";
import { PresenceSweep } from "./presence-sweep.ts";
import { ROOM_TIMES, type RoomServices, type RoomTimes } from "./room-services.ts";
import { Rooms } from "./rooms.ts";

export interface MediaProcessOptions {
  configuration: Configuration;
  log: Logger;
  /** 0 lets the system choose. */
  signallingPort: number;
  /** 0 lets the worker choose. */
  mediaPort: number;
  /** The worker died, and every room with it: the process has to end. */
  onDied: (error: Error) => void;
  times?: Partial<RoomTimes>;
}

const MAX_CONNECTIONS = 5;

/** A media node: one mediasoup worker, the rooms on it, and the sockets of the people in them. */
export class MediaProcess {
  readonly port: number;
  readonly rooms: Rooms;
  readonly #parts: ClosingOrder;
  #closed: Promise<void> | undefined;

  private constructor(port: number, rooms: Rooms, parts: ClosingOrder) {
    this.port = port;
    this.rooms = rooms;
    this.#parts = parts;
  }

  /** Resolves when sockets are taken. Rejects where the database, the worker or a port is not to be had. */
  static async open(options: MediaProcessOptions): Promise<MediaProcess> {
    const parts = new ClosingOrder();
    try {
      return await MediaProcess.#open(options, parts);
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  static async #open(options: MediaProcessOptions, parts: ClosingOrder): Promise<MediaProcess> {
    const { configuration, log } = options;
    const { media, databaseUrl } = configuration;
    const complain = (error: unknown) => log.error({ err: error }, "connection trouble");
    const database = connectDatabase(databaseUrl, { maxConnections: MAX_CONNECTIONS, onIdleError: complain });
    parts.add(() => database.destroy());
    const jobs = new JobQueue({ databaseUrl, works: false, onError: complain });
    parts.add(() => jobs.close());
    await jobs.start();
    const engine = await MediaEngine.open({
      workerBinary: media.workerBinary,
      announcedAddresses: media.announcedAddresses,
      port: options.mediaPort,
      onDied: options.onDied,
    });
    parts.add(() => engine.close());
    const metrics = new MediaMetricsRegistry();
    const services = roomServices(options, { database, jobs, engine, metrics });
    let ready = false;
    const http = createServer(answerOperator({ database, metrics, ready: () => ready && engine.alive }));
    parts.add(() => http.close());
    const port = await listen(http, options.signallingPort, configuration.listenAddress);
    const lease = openLease(options, database, port, {
      load: () => rooms.counts.people,
      onLost: (ids) => void rooms.give(ids),
    });
    parts.add(() => lease.close());
    const rooms = new Rooms(services, lease);
    metrics.observe({ counts: () => rooms.counts, workerCpuSeconds: () => engine.workerCpuSeconds() });
    const listener = new NoticeListener(databaseUrl, {
      onSession: (notice) => rooms.onNotice(notice),
      onConnected: () => rooms.lookAgain(),
      onError: complain,
    });
    parts.add(() => listener.close());
    await listener.open();
    const signalling = new SignallingServer(http, media.nodeName, { services, rooms });
    parts.add(() => signalling.close());
    parts.add(() => rooms.close());
    const sweep = new PresenceSweep({
      database,
      log,
      graceMs: services.times.grace,
      isHere: (sessionId, participantId) => rooms.find(sessionId)?.has(participantId) ?? false,
      isElsewhere: (sessionId) => lease.isElsewhere(sessionId),
    });
    parts.add(() => sweep.close());
    parts.add(() => lease.withdraw());
    lease.announce();
    ready = true;
    parts.add(() => {
      ready = false;
    });
    log.info({ port, node: media.nodeName, worker_pid: engine.workerPid }, "media node is ready");
    return new MediaProcess(port, rooms, parts);
  }

  /**
   * Stops without losing anything: no new rooms, every journal whole on the disk, everything drawn stored. People in the
   * rooms have not left: they have the grace period to come back to the next life of this node.
   */
  close(): Promise<void> {
    this.#closed ??= this.#parts.close();
    return this.#closed;
  }
}

function openLease(
  { configuration, log }: MediaProcessOptions,
  database: Database,
  port: number,
  rooms: Pick<AnnouncedNodeOptions, "load" | "onLost">,
): NodeLease {
  const complain = (error: Error) => log.warn({ err: error }, "Redis does not answer");
  const directory = openDirectory(configuration, database, complain);
  if (!directory) return SOLE_NODE;
  return new AnnouncedNode({
    directory,
    node: ownNode({ ...configuration.media, signallingPort: port }),
    log,
    ...rooms,
  });
}

function roomServices(
  { configuration, log, times }: MediaProcessOptions,
  parts: Pick<RoomServices, "database" | "jobs" | "engine" | "metrics">,
): RoomServices {
  const { publicUrl, phoneUrl, brandDomains, authSecret, dataDir, media } = configuration;
  const addresses = { publicUrl, phoneUrl, brandDomains, secret: authSecret };
  return {
    ...parts,
    log,
    storage: openStorage(configuration),
    links: new Links(addresses),
    pageLinks: new Links({ ...addresses, pageRelative: true }),
    turn: media.turn,
    journals: join(dataDir, "journals"),
    times: { ...ROOM_TIMES, ...times },
  };
}

function listen(http: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, address, () => {
      http.off("error", reject);
      resolve(portOf(http));
    });
  });
}

function portOf(http: Server): number {
  const address: AddressInfo | string | null = http.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return address.port;
}
