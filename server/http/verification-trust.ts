import { readFile } from "node:fs/promises";
import { certificatesPem, distinguishedName, readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { isSame } from "@nexbasira/core/authority/certificate-path.ts";
import { isDevelopmentCertificate } from "@nexbasira/core/authority/development-authority.ts";
import type { VerificationTrust } from "@nexbasira/core/contract/verification-trust.ts";
import { listAuditLogKeys } from "@nexbasira/core/database/audit-log-keys.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { listOwnRoots } from "@nexbasira/core/database/own-roots.ts";
import { Router } from "express";
import * as pkijs from "pkijs";

export interface OwnAuthorities {
  /** The development authority's roots; none in production. */
  development: readonly pkijs.Certificate[];
  /** A PEM file of the roots of the time-stamp authorities; null without one. */
  timeStampRoots: string | null;
}

type Use = VerificationTrust["authorities"][number]["used_for"];

/**
 * What this server says of its own authorities, for the public verification page: the roots of its seals, as far as the
 * workers have used them, those of the time stamps that it trusts, and the keys of its audit logs, without a word about
 * whose logs there are. Public, and the same for everybody.
 *
 * @throws where the file cannot be read
 */
export async function verificationTrust(
  { database }: { database: Database },
  { development, timeStampRoots }: OwnAuthorities,
): Promise<Router> {
  const stamps = timeStampRoots === null ? development : readCertificatesPem(await readFile(timeStampRoots, "utf8"));
  const listRoots = async (): Promise<{ certificate: pkijs.Certificate; use: Use }[]> => {
    const own = await listOwnRoots(database);
    return [
      ...own.map(({ certificate, used_for }) => ({
        certificate: pkijs.Certificate.fromBER(new Uint8Array(certificate)),
        use: used_for,
      })),
      ...stamps.map((certificate) => ({ certificate, use: "time_stamps" as const })),
    ];
  };
  const router = Router();
  router.get("/verify/trust.json", async (_request, response) => {
    const [keys, found] = await Promise.all([listAuditLogKeys(database), listRoots()]);
    const authorities = found.map(({ certificate, use }) => ({
      name: distinguishedName(certificate.subject),
      used_for: use,
      development: isDevelopmentCertificate(certificate),
    }));
    const trust: VerificationTrust = {
      roots: pemOf(found),
      authorities,
      log_keys: keys.map(({ public_key }) => Buffer.from(public_key).toString("base64")),
      development: authorities.some((each) => each.development),
    };
    response.set("Cache-Control", "no-cache").json(trust);
  });
  router.get("/verify/roots.pem", async (_request, response) => {
    const roots = pemOf(await listRoots());
    response.set("Cache-Control", "no-cache").type("application/x-pem-file").send(roots);
  });
  return router;
}

/** Each certificate once. */
function pemOf(found: readonly { certificate: pkijs.Certificate }[]): string {
  const certificates = found.map(({ certificate }) => certificate);
  return certificatesPem(certificates.filter((each, i) => certificates.findIndex((one) => isSame(one, each)) === i));
}
