import { fromBase64, NoteError, readVerifierKey } from "@nexbasira/core/audit/checkpoint-note.ts";
import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import type * as pkijs from "pkijs";
import { type ProvenLists, proveTrustedLists } from "./prove-trusted-lists.ts";
import { TrustError, type TrustOptions } from "./trust-options.ts";
import { periodAt, type TrustedService } from "./trusted-list.ts";

export interface Trust {
  roots: pkijs.Certificate[];
  lists: ProvenLists;
  logKeys: readonly string[];
}

const MAX_ROOTS = 1000;

/**
 * @param now as of when lists count
 * @throws TrustError where a root, a list or a key cannot be read
 */
export async function readTrust(
  { roots = [], trustedLists = [], trustedListSigners = [], logKeys = [] }: TrustOptions,
  now: Date,
): Promise<Trust> {
  for (const key of logKeys) checkLogKey(key);
  const signers = readCertificates(trustedListSigners);
  return { roots: readCertificates(roots), lists: await proveTrustedLists(trustedLists, signers, now), logKeys };
}

/** One that cannot be read would count as none, and nobody would know. */
function checkLogKey(key: string): void {
  try {
    if (fromBase64(key)?.length !== 32) readVerifierKey(key);
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw new TrustError("a log key cannot be read: it has to be a verifier key (C2SP signed-note)", { cause });
  }
}

function readCertificates(texts: readonly string[]): pkijs.Certificate[] {
  const certificates = texts.flatMap((pem) => {
    try {
      const found = readCertificatesPem(pem);
      if (found.length === 0 && pem.trim() !== "") throw new Error("there is no certificate");
      return found;
    } catch (cause) {
      throw new TrustError("the root certificates cannot be read: they have to be in PEM form", { cause });
    }
  });
  if (certificates.length > MAX_ROOTS) throw new TrustError("these are too many root certificates");
  return certificates;
}

/** The roots at a time: the caller's, and the services of trusted lists that were granted then. */
export function rootsFor({ roots, lists }: Trust, kind: TrustedService["kind"], at: Date): pkijs.Certificate[] {
  const granted = lists.services.filter((service) => service.kind === kind && periodAt(service, at)?.granted);
  return [...roots, ...granted.map(({ certificate }) => certificate)];
}
