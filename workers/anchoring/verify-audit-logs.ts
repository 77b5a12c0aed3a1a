import { OpenTimestampsError, readDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { verifyStoredLog } from "@nexbasira/core/audit/verify-stored-log.ts";
import { digest, sameBytes } from "@nexbasira/core/authority/hash-algorithm.ts";
import type { AnchorRow } from "@nexbasira/core/database/anchors.ts";
import { countBrokenLogs, listAuditLogs, saveVerification } from "@nexbasira/core/database/audit-verifications.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { Gauge, type Registry } from "prom-client";
import { Refused } from "../signing/refused.ts";
import type { TimeStampSources } from "../signing/time-stamp-client.ts";
import { verifyTimeStampToken } from "../signing/verify-time-stamp-token.ts";

interface VerifyContext {
  database: Database;
  timeStamps: TimeStampSources;
  log: Logger;
}

/** Verifies the log of every organization. */
export async function verifyAuditLogs(context: VerifyContext): Promise<void> {
  for (const orgId of await listAuditLogs(context.database)) await verifyAuditLog(context, orgId);
}

/**
 * Verifies an organization's log, and raises an alarm where it does not hold: an error in the process's log, the metric
 * `audit_log_broken`, and a row that the console shows; none of them in the log itself.
 */
export async function verifyAuditLog({ database, timeStamps, log }: VerifyContext, orgId: number): Promise<void> {
  const verdict = await verifyStoredLog(database, orgId, (anchor) => anchorProblem(timeStamps, anchor));
  await saveVerification(database, { org_id: orgId, ...verdict });
  if (verdict.problem === null) log.info({ org_id: orgId, size: verdict.size }, "the audit log holds");
  else log.error({ org_id: orgId, ...verdict }, "THE AUDIT LOG DOES NOT HOLD");
}

/**
 * What is wrong with an anchor's token. One of an authority that is not configured any more is not looked at: its roots
 * are not known here, and whoever verifies the evidence brings them.
 */
async function anchorProblem(timeStamps: TimeStampSources, anchor: AnchorRow): Promise<string | undefined> {
  if (!anchor.token) return undefined;
  const imprint = await digest("SHA-256", new TextEncoder().encode(anchor.note));
  try {
    if (anchor.kind === "opentimestamps") {
      const { message } = readDetached(anchor.token);
      return sameBytes(message, imprint) ? undefined : "its proof is of something else than the checkpoint";
    }
    const source = timeStamps.find(({ name }) => name === anchor.authority);
    if (!source) return undefined;
    await verifyTimeStampToken(new Uint8Array(anchor.token), {
      digestOf: (hash) => (hash === "SHA-256" ? imprint : new Uint8Array()),
      roots: source.roots,
      policy: null,
    });
    return undefined;
  } catch (error) {
    if (error instanceof Refused || error instanceof OpenTimestampsError) return error.message;
    throw error;
  }
}

/** How many logs did not hold when they were last verified, by whichever worker. */
export function watchBrokenLogs(database: Database, registry: Registry): void {
  new Gauge({
    name: "audit_log_broken",
    help: "Audit logs that did not hold when they were last verified",
    registers: [registry],
    async collect() {
      this.set(await countBrokenLogs(database));
    },
  });
}
