import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { findAuditLogKey, insertAuditLogKey, listAuditLogKeys, replacePresentKey } from "../database/audit-log-keys.ts";
import { listAuditLogs } from "../database/audit-verifications.ts";
import { type Database, inTransaction } from "../database/database.ts";
import { decryptFernet, encryptFernet } from "../secrets/fernet.ts";
import { appendAuditEntry } from "./append-audit-entry.ts";
import { type NoteSigner, verifierKey } from "./checkpoint-note.ts";

/** What a log is called in its checkpoints: the installation's host and path, without scheme. */
export function logOrigin(publicUrl: string, orgId: number): string {
  return `${new URL(publicUrl).host}/audit/${orgId}`;
}

/** The last 32 bytes of a SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4). */
const PUBLIC_KEY_BYTES = 32;

/**
 * Who signs the checkpoints of this installation's logs now: its newest key, made where there is none.
 *
 * @throws where none of the master keys opens it. A new one is never made instead: who verifies would find another key
 *   and could not tell why
 */
export async function loadNoteSigner(
  database: Database,
  masterKeys: readonly string[],
  origin: string,
): Promise<NoteSigner & { keyId: number }> {
  let row = await findAuditLogKey(database);
  if (!row) {
    await insertAuditLogKey(database, makeKey(masterKeys));
    row = await findAuditLogKey(database);
  }
  if (row?.encrypted == null) throw new Error("there is no key to sign the log");
  const key = openKey(masterKeys, row.encrypted);
  return {
    keyId: row.id,
    name: origin,
    publicKey: new Uint8Array(row.public_key),
    sign: async (text) => new Uint8Array(sign(null, text, key)),
  };
}

/**
 * Has a new key sign all checkpoints from now on. Of the one before, the public half stays, so that what it has signed can
 * be verified. Each organization's log says by which key it was followed, so that none can be slipped in unseen.
 *
 * @returns the new public key, Ed25519's 32 bytes
 */
export async function rotateLogKey(database: Database, masterKeys: readonly string[]): Promise<Uint8Array> {
  const key = makeKey(masterKeys);
  await inTransaction(database, async (transaction) => {
    const before = await findAuditLogKey(transaction);
    const isFirst = !(await replacePresentKey(transaction, key));
    for (const orgId of isFirst ? [] : await listAuditLogs(transaction)) {
      await appendAuditEntry(transaction, orgId, {
        actor: { type: "system", id: "operator" },
        action: "audit_log.key_replaced",
        session_id: null,
        object: null,
        object_hash: null,
        details: {
          previous_key: before ? before.public_key.toString("base64") : null,
          key: key.public_key.toString("base64"),
        },
      });
    }
  });
  return new Uint8Array(key.public_key);
}

function makeKey(masterKeys: readonly string[]) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const encoded = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  return {
    public_key: publicKey.export({ format: "der", type: "spki" }).subarray(-PUBLIC_KEY_BYTES),
    encrypted: encryptFernet(masterKeys, encoded),
  };
}

function openKey(masterKeys: readonly string[], encrypted: string): KeyObject {
  const der = Buffer.from(decryptFernet(masterKeys, encrypted), "base64");
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The verifier keys of a log's checkpoints, the present one first; empty before the first checkpoint. */
export async function listVerifierKeys(database: Database, origin: string): Promise<string[]> {
  const rows = await listAuditLogKeys(database);
  return rows.map(({ public_key }) => verifierKey(origin, new Uint8Array(public_key)));
}
