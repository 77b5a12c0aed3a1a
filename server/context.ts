import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { LimitRequests } from "./http/limit-requests.ts";
import type { Authentication } from "./identity/authentication.ts";
import type { MediaNodes } from "./media/media-nodes.ts";

/** What `main.ts` makes once; each action names the part of it that it needs. */
export interface ServerContext {
  configuration: Configuration;
  log: Logger;
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  /** Links with the public address, for the API and the events. */
  links: Links;
  /** The same, without a host, for our own pages. */
  pageLinks: Links;
  authentication: Authentication;
  mediaNodes: MediaNodes;
  limitRequests: LimitRequests;
}
