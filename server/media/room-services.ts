import type { Database } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { MediaEngine } from "./media-engine.ts";
import type { MediaMetrics } from "./media-metrics.ts";

/** How long things are waited for, in milliseconds. */
export interface RoomTimes {
  /** A device that went silent may come back within this without having left. */
  grace: number;
  /** A room without people is kept for those who come back. */
  idle: number;
  /** Sockets stay open after the session's end, so that the last answers arrive. */
  linger: number;
  /** The phone has this long to do what the inspector asks; below the 10 s in which their request is answered. */
  device: number;
}

export const ROOM_TIMES: RoomTimes = { grace: 15_000, idle: 60_000, linger: 3_000, device: 9_000 };

/** What the rooms of a media process stand on. */
export interface RoomServices {
  log: Logger;
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  /** Links with the public address, for events. */
  links: Links;
  /** The same without a host, for what goes to our own pages. */
  pageLinks: Links;
  engine: MediaEngine;
  metrics: MediaMetrics;
  turn: { urls: readonly string[]; secret: string } | null;
  /** `<DATA_DIR>/journals`. */
  journals: string;
  times: RoomTimes;
}
