import { createHash, randomBytes } from "node:crypto";
import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Scope } from "@nexbasira/core/contract/permission.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import { insertApiKey } from "@nexbasira/core/database/api-keys.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";

/** Of the secret: as much as tells keys apart. The rest has 168 random bits. */
const PREFIX_CHARACTERS = 16;

export function newApiSecret(mode: Mode): string {
  return `nbx_${mode}_sk_${randomBytes(24).toString("base64url")}`;
}

/** What is stored of a secret. It has 192 random bits, so a plain hash is as good as a slow one. */
export function hashApiSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

export interface NewApiKey {
  org_id: number;
  actor: Actor;
  name: string;
  mode: Mode;
  scopes: readonly Scope[];
  secret: string;
  /** The member who made it. */
  created_by?: number;
  expires_at?: Date;
}

/** Stores a key; only the hash of its secret is kept. */
export async function createApiKey(transaction: Transaction, key: NewApiKey): Promise<string> {
  const { secret, actor, ...row } = key;
  const id = newId("apiKey");
  await insertApiKey(transaction, {
    ...row,
    id,
    scopes: [...key.scopes],
    secret_hash: hashApiSecret(secret),
    prefix: secret.slice(0, PREFIX_CHARACTERS),
  });
  await appendAuditEntry(transaction, key.org_id, {
    actor,
    action: "api_key.created",
    session_id: null,
    object: { type: "api_key", id },
    object_hash: null,
    details: { mode: key.mode, name: key.name, scopes: key.scopes.join(" ") },
  });
  return id;
}
