import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import type * as pkijs from "pkijs";
import { TrustError, type TrustOptions } from "./trust-options.ts";
import { readTrustedList, type TrustedService } from "./trusted-list.ts";

export interface Trust {
  roots: pkijs.Certificate[];
  services: TrustedService[];
  logKeys: readonly string[];
}

const MAX_ROOTS = 1000;

/** @throws TrustError where a root or a list cannot be read */
export function readTrust({ roots = [], trustedLists = [], logKeys = [] }: TrustOptions): Trust {
  const certificates = roots.flatMap((pem) => {
    try {
      const found = readCertificatesPem(pem);
      if (found.length === 0 && pem.trim() !== "") throw new Error("there is no certificate");
      return found;
    } catch (cause) {
      throw new TrustError("the root certificates cannot be read: they have to be in PEM form", { cause });
    }
  });
  if (certificates.length > MAX_ROOTS) throw new TrustError("these are too many root certificates");
  return { roots: certificates, services: trustedLists.flatMap(readTrustedList), logKeys };
}

/** The roots at a time: the caller's, and the services of trusted lists that were granted then. */
export function rootsFor(trust: Trust, kind: TrustedService["kind"], at: Date): pkijs.Certificate[] {
  const granted = trust.services.filter((service) => service.kind === kind && wasGranted(service, at));
  return [...trust.roots, ...granted.map(({ certificate }) => certificate)];
}

export function wasGranted({ periods }: TrustedService, at: Date): boolean {
  const current = periods.filter(({ from }) => from <= at).sort((a, b) => b.from.getTime() - a.from.getTime())[0];
  return current?.granted ?? false;
}
