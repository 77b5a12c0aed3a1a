import { readFile } from "node:fs/promises";
import { certificatesPem, readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import type { VerificationTrust } from "@nexbasira/core/contract/verification-trust.ts";
import { listAuditLogKeys } from "@nexbasira/core/database/audit-log-keys.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { Router } from "express";
import type * as pkijs from "pkijs";

export interface OwnAuthorities {
  /** The development authority's roots; none in production. */
  development: readonly pkijs.Certificate[];
  /** A PEM file of the roots of the time-stamp authorities; null without one. */
  timeStampRoots: string | null;
}

/**
 * What this server says of its own authorities, for the public verification page: the roots that it trusts and the keys
 * of its audit logs, without a word about whose logs there are. Public, and the same for everybody.
 *
 * @throws where the file cannot be read
 */
export async function verificationTrust(
  { database }: { database: Database },
  { development, timeStampRoots }: OwnAuthorities,
): Promise<Router> {
  const configured = timeStampRoots === null ? [] : readCertificatesPem(await readFile(timeStampRoots, "utf8"));
  const roots = certificatesPem([...development, ...configured]);
  const router = Router();
  router.get("/verify/trust.json", async (_request, response) => {
    const keys = await listAuditLogKeys(database);
    const trust: VerificationTrust = {
      roots,
      log_keys: keys.map(({ public_key }) => Buffer.from(public_key).toString("base64")),
      development: development.length > 0,
    };
    response.set("Cache-Control", "no-cache").json(trust);
  });
  router.get("/verify/roots.pem", (_request, response) => {
    response.set("Cache-Control", "no-cache").type("application/x-pem-file").send(roots);
  });
  return router;
}
