import type { AnchorAuthority } from "@nexbasira/core/audit/make-checkpoint.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { TimeStampSources } from "../signing/time-stamp-client.ts";

/** What making checkpoints and having them anchored needs. */
export interface AnchoringContext {
  database: Database;
  jobs: JobQueue;
  configuration: Pick<Configuration, "masterKeys" | "publicUrl" | "timeStamps" | "openTimestamps">;
  timeStamps: TimeStampSources;
}

/** One anchor for all calendars together: their receipts are one proof. */
const OPENTIMESTAMPS = "opentimestamps";

/** Everybody who anchors each checkpoint. A time-stamp authority that is not configured is the development one. */
export function listAuthorities({
  configuration,
  timeStamps,
}: Pick<AnchoringContext, "configuration" | "timeStamps">): AnchorAuthority[] {
  const configured = new Set(configuration.timeStamps.authorities.map(({ name }) => name));
  const authorities = timeStamps.map(
    ({ name, qualified }): AnchorAuthority => ({
      kind: "rfc3161",
      authority: name,
      qualified,
      development: !configured.has(name),
    }),
  );
  if (configuration.openTimestamps.calendars.length === 0) return authorities;
  return [...authorities, { kind: "opentimestamps", authority: OPENTIMESTAMPS, qualified: false, development: false }];
}
