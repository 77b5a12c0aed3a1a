import type { ApiKey } from "@nexbasira/core/contract/api-key.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import type { findApiKeyById } from "@nexbasira/core/database/api-keys.ts";

type ApiKeyRow = NonNullable<Awaited<ReturnType<typeof findApiKeyById>>>;

/** A key as the console shows it. */
export function toApiKey(row: ApiKeyRow): ApiKey {
  const { created_by, created_by_name } = row;
  return {
    id: row.id,
    name: row.name,
    mode: row.mode,
    scopes: Scope.options.filter((scope) => row.scopes.includes(scope)),
    prefix: row.prefix,
    created_by: created_by === null || created_by_name === null ? null : { id: created_by, name: created_by_name },
    created_at: toTimestamp(row.created_at),
    expires_at: row.expires_at && toTimestamp(row.expires_at),
    last_used_at: row.last_used_at && toTimestamp(row.last_used_at),
    revoked_at: row.revoked_at && toTimestamp(row.revoked_at),
  };
}
