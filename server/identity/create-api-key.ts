import { createHash, randomBytes } from "node:crypto";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { insertApiKey } from "@nexbasira/core/database/api-keys.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import type { Permission } from "../http/permissions.ts";

export function newApiSecret(mode: "live" | "test"): string {
  return `nbx_${mode}_sk_${randomBytes(24).toString("base64url")}`;
}

/** What is stored of a secret. It has 192 random bits, so a plain hash is as good as a slow one. */
export function hashApiSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Stores a key; only the hash of its secret is kept. */
export async function createApiKey(
  transaction: Transaction,
  key: { org_id: number; name: string; mode: "live" | "test"; scopes: readonly Permission[]; secret: string },
): Promise<string> {
  const id = newId("apiKey");
  await insertApiKey(transaction, {
    id,
    org_id: key.org_id,
    name: key.name,
    mode: key.mode,
    scopes: [...key.scopes],
    secret_hash: hashApiSecret(key.secret),
    prefix: key.secret.slice(0, 16),
  });
  await appendAuditEntry(transaction, key.org_id, {
    actor: { type: "system", id: "seed" },
    action: "api_key.created",
    session_id: null,
    object: { type: "api_key", id },
    object_hash: null,
    details: { mode: key.mode, name: key.name },
  });
  return id;
}
