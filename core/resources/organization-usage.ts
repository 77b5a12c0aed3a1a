import type { Configuration } from "../configuration/configuration.ts";
import { toTimestamp } from "../contract/common.ts";
import type { Mode } from "../contract/session.ts";
import { ALL_TIME, monthOf, nextMonth } from "../contract/usage-period.ts";
import type { Database } from "../database/database.ts";
import { findQuotas, listUsage } from "../database/usage-counters.ts";

interface QuotaUse {
  /** None where it is null. */
  limit: number | null;
  used: number;
  /** When `used` is nought again; null for what is counted in all. */
  resets_at: string | null;
}

/** What an organization may use and has used of one mode. Members have no mode: they count for both. */
export type OrganizationUsage = Record<
  "sessions_per_month" | "minutes_per_month" | "storage_bytes" | "members",
  QuotaUse
>;

/** An organization's quotas, those of the installation where it has none of its own, and what is used of them now. */
export async function loadUsage(
  database: Database,
  { quotas }: Pick<Configuration, "quotas">,
  orgId: number,
  mode: Mode,
): Promise<OrganizationUsage> {
  const now = new Date();
  const month = monthOf(now);
  const [own, counters] = await Promise.all([
    findQuotas(database, orgId),
    listUsage(database, { org_id: orgId, mode }, [month, ALL_TIME]),
  ]);
  const usedOf = (metric: string) => counters.find((counter) => counter.metric === metric)?.value ?? 0;
  const resets_at = toTimestamp(nextMonth(now));
  return {
    sessions_per_month: {
      limit: own?.quota_sessions_per_month ?? quotas.sessions_per_month,
      used: usedOf("sessions"),
      resets_at,
    },
    minutes_per_month: {
      limit: own?.quota_minutes_per_month ?? quotas.minutes_per_month,
      used: usedOf("minutes"),
      resets_at,
    },
    storage_bytes: {
      limit: own?.quota_storage_bytes ?? quotas.storage_bytes,
      used: usedOf("storage_bytes"),
      resets_at: null,
    },
    members: { limit: own?.quota_members ?? quotas.members, used: own?.members ?? 0, resets_at: null },
  };
}
