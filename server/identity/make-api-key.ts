import type { CreateApiKey, CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { countActiveApiKeys, findApiKeyById } from "@nexbasira/core/database/api-keys.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import type { MemberCaller } from "../http/authenticate.ts";
import { toApiKey } from "./api-key-resource.ts";
import { createApiKey, newApiSecret } from "./create-api-key.ts";

/** More than anybody looks after. */
const MAX_ACTIVE_KEYS = 100;

/**
 * A member's new key with its secret, which is returned this once.
 * @throws {AppError} permission_denied for a mode that the member does not see; conflict for one active key too many.
 */
export async function makeApiKey(
  transaction: Transaction,
  { org_id, mode, actor, member }: MemberCaller,
  request: CreateApiKey,
): Promise<CreatedApiKey> {
  if (mode !== null && request.mode !== mode) {
    throw new AppError("permission_denied", `This organization has keys of ${mode} mode only.`, { param: "mode" });
  }
  if ((await countActiveApiKeys(transaction, org_id)) >= MAX_ACTIVE_KEYS) {
    throw new AppError("conflict", `There are ${MAX_ACTIVE_KEYS} active keys: revoke one that nobody uses first.`);
  }
  const { name, expires_in } = request;
  const secret = newApiSecret(request.mode);
  const id = await createApiKey(transaction, {
    org_id,
    actor,
    name,
    mode: request.mode,
    scopes: Scope.options.filter((scope) => request.scopes.includes(scope)),
    secret,
    created_by: member.user_id,
    ...(expires_in === undefined ? {} : { expires_at: new Date(Date.now() + expires_in * 1000) }),
  });
  const row = await findApiKeyById(transaction, { org_id, mode: request.mode }, id);
  if (!row) throw new Error("the key just written is not there");
  return { ...toApiKey(row), secret };
}
