import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type * as pkijs from "pkijs";
import { issueFor } from "./issue-for.ts";
import type { TestAuthority } from "./test-authority.ts";

export interface CscCredentialSetting {
  id: string;
  userId: string;
  /** `pin`, `otp` and `pin+otp` are explicit; `app`: allowed elsewhere; `none`: implicit. */
  authorization: "none" | "pin" | "otp" | "challenge" | "pin+otp" | "app" | "oauth2code";
  key: "P-256" | "P-384" | "P-521" | "RSA";
  /** How an ECDSA signature is written. */
  form?: "der" | "plain";
  commonName: string;
  qualified?: boolean;
  /** What the service says of its certificate; `valid` if not given. */
  status?: "valid" | "expired" | "revoked" | "suspended";
}

/** A credential as the service for tests keeps it. */
export interface CscTestCredential extends CscCredentialSetting {
  certificates: pkijs.Certificate[];
  privateKey: KeyObject;
  status: NonNullable<CscCredentialSetting["status"]>;
  wrongTries: number;
  otp: string | null;
}

/** The algorithm that each kind of key signs by. */
export const SIGN_ALGORITHMS = {
  "P-256": "1.2.840.10045.4.3.2",
  "P-384": "1.2.840.10045.4.3.3",
  "P-521": "1.2.840.10045.4.3.4",
  RSA: "1.2.840.113549.1.1.11",
} as const;

/** A real key with a real certificate. */
export async function makeCscCredential(
  authority: TestAuthority,
  setting: CscCredentialSetting,
): Promise<CscTestCredential> {
  const keys =
    setting.key === "RSA"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: setting.key });
  const certificate = await issueFor(authority, keys.publicKey, setting);
  const certificates = [certificate, authority.certificate];
  const { status = "valid" } = setting;
  return { ...setting, certificates, privateKey: keys.privateKey, status, wrongTries: 0, otp: null };
}

/** As `credentials/info` has it (clause 8.3). */
export function describeAuthorization(authorization: CscCredentialSetting["authorization"]): {
  mode: string;
  expression?: string;
  objects?: { type: string; id: string; label: string }[];
} {
  if (authorization === "oauth2code") return { mode: "oauth2code" };
  const pin = { type: "Password", id: "PIN", format: "N", label: "Signature PIN" };
  const otp = { type: "Password", id: "OTP", format: "N", label: "Code by SMS" };
  const objects = {
    none: [],
    pin: [pin],
    otp: [otp],
    challenge: [{ ...otp, type: "ChallengeResponse" }],
    "pin+otp": [pin, otp],
    app: [{ type: "ChallengeResponseOOB", id: "APP", label: "The service's app" }],
  }[authorization];
  return { mode: "explicit", ...(objects.length > 1 && { expression: "PIN AND OTP" }), objects };
}
