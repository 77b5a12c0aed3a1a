import { KeyObject } from "node:crypto";
import { issueCertificate, KEY_USAGE, TIME_STAMPING } from "@nexbasira/core/authority/issue-certificate.ts";
import type { RevocationAddresses } from "@nexbasira/core/authority/revocation-extensions.ts";
import { makeSigningKey, type SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import * as pkijs from "pkijs";

const DAY_MS = 24 * 3600 * 1000;

export interface TestKeyOptions {
  extendedKeyUsage?: string[];
  keyUsage?: number;
  /** Days from now. */
  validFrom?: number;
  /** Days from now. */
  validUntil?: number;
  isAuthority?: boolean;
  /** Where to ask whether the certificate was revoked. */
  revocation?: RevocationAddresses;
  /** Object identifiers of extensions that say something by being there. */
  statements?: string[];
  /** More certificates that go with every signature. */
  ballast?: readonly pkijs.Certificate[];
}

/** An authority for tests that issues whatever certificate is asked for, wrong ones too. */
export interface TestAuthority {
  certificate: pkijs.Certificate;
  /** The authority's own key, for its answers on revocation. */
  key: SigningKey;
  /** A key with a certificate of this authority. */
  issueKey(commonName: string, options?: TestKeyOptions): Promise<SigningKey>;
  /** An authority below this one. */
  issueAuthority(commonName: string, options?: TestKeyOptions): Promise<TestAuthority>;
  /** Signs a certificate again after a test has changed it. */
  reissue(certificate: pkijs.Certificate, change: (certificate: pkijs.Certificate) => void): Promise<pkijs.Certificate>;
}

/** A root of its own, trusted by nobody. */
export async function makeTestAuthority(commonName: string): Promise<TestAuthority> {
  const { certificate, keys } = await issue(commonName, { isAuthority: true }, null);
  return authority(certificate, keys.privateKey, []);
}

/** A key for time stamping, as it should be. */
export function issueTimeStampKey(from: TestAuthority, options: TestKeyOptions = {}): Promise<SigningKey> {
  return from.issueKey("Test TSA", { extendedKeyUsage: [TIME_STAMPING], ...options });
}

function authority(
  certificate: pkijs.Certificate,
  privateKey: CryptoKey,
  above: readonly pkijs.Certificate[],
): TestAuthority {
  const self = { certificate, privateKey };
  const chain = [certificate, ...above];
  return {
    certificate,
    key: makeSigningKey(KeyObject.from(privateKey), certificate, above),
    issueKey: async (commonName, options = {}) => {
      const issued = await issue(commonName, options, self);
      const key = KeyObject.from(issued.keys.privateKey);
      return makeSigningKey(key, issued.certificate, [...chain, ...(options.ballast ?? [])]);
    },
    issueAuthority: async (commonName, options = {}) => {
      const issued = await issue(commonName, { isAuthority: true, ...options }, self);
      return authority(issued.certificate, issued.keys.privateKey, chain);
    },
    reissue: async (original, change) => {
      const copy = pkijs.Certificate.fromBER(original.toSchema().toBER());
      change(copy);
      await copy.sign(privateKey, "SHA-256");
      return pkijs.Certificate.fromBER(copy.toSchema().toBER());
    },
  };
}

async function issue(
  commonName: string,
  options: TestKeyOptions,
  issuer: { certificate: pkijs.Certificate; privateKey: CryptoKey } | null,
) {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const isAuthority = options.isAuthority ?? false;
  const certificate = await issueCertificate(
    {
      organization: "Test",
      commonName,
      notBefore: new Date(Date.now() + (options.validFrom ?? -1) * DAY_MS),
      notAfter: new Date(Date.now() + (options.validUntil ?? 30) * DAY_MS),
      publicKey: keys.publicKey,
      keyUsage: options.keyUsage ?? (isAuthority ? KEY_USAGE.keyCertSign : KEY_USAGE.digitalSignature),
      extendedKeyUsage: options.extendedKeyUsage ?? [],
      isAuthority,
      ...(options.revocation && { revocation: options.revocation }),
      ...(options.statements && { statements: options.statements }),
    },
    issuer ?? { certificate: "self", privateKey: keys.privateKey },
  );
  return { certificate, keys };
}
