import type { SignerAuthority } from "@nexbasira/core/authority/issue-signer-key.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { Drivers } from "./messages/drivers.ts";
import type { GuardedWay } from "./signing/fetch-limited.ts";
import type { TimeStampSources } from "./signing/time-stamp-client.ts";

/** What `main.ts` makes once; each task names the part of it that it needs. */
export interface WorkerContext {
  configuration: Configuration;
  log: Logger;
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  links: Links;
  /** Where the media processes keep the journals: `<folder>/<recording>/<part>`. */
  journals: string;
  drivers: Drivers;
  key: SigningKey;
  timeStamps: TimeStampSources;
  /** To the responders, lists and calendars that certificates and receipts name. */
  certificateWay: GuardedWay;
  /** Issues the short-lived certificates of advanced signatures; null where there is none. */
  signerAuthority: SignerAuthority | null;
  development: boolean;
  developmentAuthority: boolean;
}
