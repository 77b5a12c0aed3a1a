import { listAuditLogKeys, replaceAuditLogKey } from "@nexbasira/core/database/audit-log-keys.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { listStoredAnswers, replaceStoredAnswer } from "@nexbasira/core/database/idempotency-keys.ts";
import { listStoredSecrets, replaceStoredSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { decryptFernet, encryptFernet } from "@nexbasira/core/secrets/fernet.ts";

const BATCH = 500;

export interface Reencrypted {
  reencrypted: number;
  /** What none of the master keys opens. It is left as it is. */
  unreadable: number;
}

/**
 * Encrypts everything that is stored encrypted once more, under the first of the master keys, so that the others can be
 * taken from the list. In batches of one transaction each; it may be run again at any time, and beside a running server.
 */
export async function reencryptSecrets(database: Database, masterKeys: readonly string[]): Promise<Reencrypted> {
  const done: Reencrypted = { reencrypted: 0, unreadable: 0 };
  const again = (encrypted: string): string | undefined => {
    try {
      const renewed = encryptFernet(masterKeys, decryptFernet(masterKeys, encrypted));
      done.reencrypted++;
      return renewed;
    } catch {
      // No key opens it: it was lost with an older key, and the others must not be kept from theirs.
      done.unreadable++;
      return undefined;
    }
  };
  const logKeys = await listAuditLogKeys(database);
  await inTransaction(database, async (transaction) => {
    for (const { id, encrypted } of logKeys) {
      const renewed = encrypted === null ? undefined : again(encrypted);
      if (renewed) await replaceAuditLogKey(transaction, id, renewed);
    }
  });
  for (let after = 0, full = true; full; ) {
    const secrets = await listStoredSecrets(database, after, BATCH);
    await inTransaction(database, async (transaction) => {
      for (const { id, encrypted } of secrets) {
        const renewed = again(encrypted);
        if (renewed) await replaceStoredSecret(transaction, id, renewed);
      }
    });
    after = secrets.at(-1)?.id ?? after;
    full = secrets.length === BATCH;
  }
  for (let after = { scope: "", key: "" }, full = true; full; ) {
    const answers = await listStoredAnswers(database, after, BATCH);
    await inTransaction(database, async (transaction) => {
      for (const answer of answers) {
        const renewed = again(answer.response_body);
        if (renewed) await replaceStoredAnswer(transaction, answer, renewed);
      }
    });
    after = answers.at(-1) ?? after;
    full = answers.length === BATCH;
  }
  return done;
}
