import { loadNoteSigner } from "@nexbasira/core/audit/log-key.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { storeIdempotentAnswer } from "@nexbasira/core/database/idempotency-keys.ts";
import { insertWebhookSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { decryptFernet, encryptFernet, newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reencryptSecrets } from "../../server/webhooks/reencrypt-secrets.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

const [oldKey, newKey, lostKey] = [newFernetKey(), newFernetKey(), newFernetKey()];
/** More than a batch. */
const SECRETS = 501;

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await inTransaction(testDatabase.database, async (transaction) => {
    const { id: org_id } = await transaction
      .insertInto("organizations")
      .values({ name: "Acme", slug: "acme" })
      .returning("id")
      .executeTakeFirstOrThrow();
    for (let count = 0; count < SECRETS; count++) {
      const encrypted = encryptFernet([oldKey], `whsec_${count}`);
      await insertWebhookSecret(transaction, { org_id, endpoint_id: null, encrypted, prefix: "abcdef" });
    }
    for (const [key, masterKey] of [
      ["kept", oldKey],
      ["lost", lostKey],
    ] as const) {
      await storeIdempotentAnswer(transaction, {
        scope: "api_key:key_1 POST /v1/sessions",
        key,
        request_hash: "0".repeat(64),
        response_status: 201,
        response_body: encryptFernet([masterKey], `{"key":"${key}"}`),
      });
    }
  });
});
afterAll(() => testDatabase.close());

test("everything is open to the new master key alone afterwards, and what no key opens is counted and left", async () => {
  const { database } = testDatabase;
  const lostBefore = await answerOf("lost");
  const { publicKey } = await loadNoteSigner(database, [oldKey], "example.com/audit/1");
  expect(await reencryptSecrets(database, [newKey, oldKey])).toEqual({ reencrypted: SECRETS + 2, unreadable: 1 });
  const secrets = await database.selectFrom("webhook_secrets").select("encrypted").orderBy("id").execute();
  expect(secrets.map(({ encrypted }) => decryptFernet([newKey], encrypted))).toEqual(
    Array.from({ length: SECRETS }, (_, count) => `whsec_${count}`),
  );
  expect(decryptFernet([newKey], await answerOf("kept"))).toBe('{"key":"kept"}');
  expect(await answerOf("lost")).toBe(lostBefore);
  // The log's key is the same one still, and signs.
  const signer = await loadNoteSigner(database, [newKey], "example.com/audit/1");
  expect(signer.publicKey).toEqual(publicKey);
  await expect(loadNoteSigner(database, [lostKey], "example.com/audit/1")).rejects.toThrow();
});

async function answerOf(key: string): Promise<string> {
  const { response_body } = await testDatabase.database
    .selectFrom("idempotency_keys")
    .select("response_body")
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  return response_body;
}
