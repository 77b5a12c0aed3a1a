import { z } from "zod";

/** Whether a URL goes over TLS or does not leave this machine. */
export function isPrivateWay(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname));
}

const ServiceUrl = z
  .string()
  .refine(
    isPrivateWay,
    "must be the https: address of a signing service's API, such as https://sign.example.com/csc/v2",
  )
  .transform((url) => url.replace(/\/+$/, ""));
const Yes = z.enum(["yes", "no"]).default("no");

/** The variables that say who signs. Documented for operators in docs/self-hosting.md, "Signing keys". */
export const SIGNING_VARIABLES = {
  SIGNING_P12: z.string().optional(),
  SIGNING_P12_PASSPHRASE: z.string().optional(),
  /** The module that its maker gives for the token: a shared library. */
  SIGNING_PKCS11_MODULE: z.string().optional(),
  /** The token's label. */
  SIGNING_PKCS11_TOKEN: z.string().optional(),
  SIGNING_PKCS11_PIN: z.string().optional(),
  /** The private key's label, or its id in hexadecimal. */
  SIGNING_PKCS11_KEY: z.string().optional(),
  /** A PEM file with the key's certificate and those above it, for a token that does not hold them. */
  SIGNING_PKCS11_CERTIFICATES: z.string().optional(),
  /** The folder of the npm package pkcs11js, where it is not among the project's own packages. */
  SIGNING_PKCS11_BINDING: z.string().optional(),
  SIGNING_CSC_URL: ServiceUrl.optional(),
  SIGNING_CSC_CLIENT_ID: z.string().optional(),
  SIGNING_CSC_CLIENT_SECRET: z.string().optional(),
  SIGNING_CSC_CREDENTIAL: z.string().optional(),
  /** What the service asks for before it signs; none where it asks for nothing. */
  SIGNING_CSC_PIN: z.string().optional(),
  /** The remote signing service at which people sign by certificates of their own. */
  SIGNERS_CSC_URL: ServiceUrl.optional(),
  SIGNERS_CSC_CLIENT_ID: z.string().optional(),
  SIGNERS_CSC_CLIENT_SECRET: z.string().optional(),
  /** Whether the operator says that it is a qualified trust service's (Regulation (EU) No 910/2014, article 3 (20)). */
  SIGNERS_CSC_QUALIFIED: Yes,
  /** The authority that issues the short-lived certificates of advanced signatures. */
  AES_CA_P12: z.string().optional(),
  AES_CA_P12_PASSPHRASE: z.string().optional(),
  /** Production starts with the development authority's keys only when told so; what it signs stays marked. */
  ALLOW_DEVELOPMENT_KEYS: Yes,
};

type SigningEnvironment = z.output<z.ZodObject<typeof SIGNING_VARIABLES>>;
type Name = keyof SigningEnvironment;

/** Variables that belong together: the first says that the others are wanted. */
const GROUPS: { required: readonly [Name, ...Name[]]; optional: readonly Name[] }[] = [
  { required: ["SIGNING_P12", "SIGNING_P12_PASSPHRASE"], optional: [] },
  {
    required: ["SIGNING_PKCS11_MODULE", "SIGNING_PKCS11_TOKEN", "SIGNING_PKCS11_PIN", "SIGNING_PKCS11_KEY"],
    optional: ["SIGNING_PKCS11_CERTIFICATES", "SIGNING_PKCS11_BINDING"],
  },
  {
    required: ["SIGNING_CSC_URL", "SIGNING_CSC_CLIENT_ID", "SIGNING_CSC_CLIENT_SECRET", "SIGNING_CSC_CREDENTIAL"],
    optional: ["SIGNING_CSC_PIN"],
  },
  { required: ["SIGNERS_CSC_URL", "SIGNERS_CSC_CLIENT_ID", "SIGNERS_CSC_CLIENT_SECRET"], optional: [] },
  { required: ["AES_CA_P12", "AES_CA_P12_PASSPHRASE"], optional: [] },
];

/** The keys of which there can be one alone. */
const PROVIDERS: readonly Name[] = ["SIGNING_P12", "SIGNING_PKCS11_MODULE", "SIGNING_CSC_URL"];

/** Says of a half-given key, and of two, which variable is at fault. */
export function checkSigning(env: SigningEnvironment, context: z.core.$RefinementCtx<SigningEnvironment>): void {
  const fault = (name: Name, message: string) => context.addIssue({ code: "custom", path: [name], message });
  for (const { required, optional } of GROUPS) {
    const given = [...required, ...optional].find((name) => env[name] !== undefined);
    if (given === undefined) continue;
    for (const name of required) if (env[name] === undefined) fault(name, `is required with ${given}`);
  }
  if (env.SIGNERS_CSC_QUALIFIED === "yes" && !env.SIGNERS_CSC_URL) {
    fault("SIGNERS_CSC_URL", "is required with SIGNERS_CSC_QUALIFIED");
  }
  const [first, ...others] = PROVIDERS.filter((name) => env[name] !== undefined);
  for (const name of others) fault(name, `is given beside ${first}: one key signs, so only one of them can be given`);
}

/** The organization's signing key, by where it is. */
export type SigningSource =
  | { provider: "pkcs12"; path: string; passphrase: string }
  | ({ provider: "pkcs11" } & Pkcs11Source)
  | ({ provider: "csc" } & CscSource);

export interface Pkcs11Source {
  /** The token's shared library. */
  module: string;
  /** The token's label. */
  token: string;
  pin: string;
  /** The private key's label, or its id in hexadecimal. */
  key: string;
  /** A PEM file with its certificates; null where the token has them. */
  certificates: string | null;
  /** The folder of the package pkcs11js; null where it is installed in the project. */
  binding: string | null;
}

/** A remote signing service and what we are to it. */
export interface CscClient {
  /** Its base address, without a slash at the end: `https://host/csc/v2`. */
  url: string;
  clientId: string;
  clientSecret: string;
}

export interface CscSource {
  service: CscClient;
  credential: string;
  pin: string | null;
}

/** What the checked variables say; `checkSigning` has seen to it that nothing is half given. */
export function shapeSigning(env: SigningEnvironment) {
  const signers = service(env.SIGNERS_CSC_URL, env.SIGNERS_CSC_CLIENT_ID, env.SIGNERS_CSC_CLIENT_SECRET);
  return {
    /** Without it, the development authority in `certsDir` signs. */
    signing: signingSource(env),
    /** The service at which people sign by certificates of their own. */
    signers: signers && { ...signers, qualified: env.SIGNERS_CSC_QUALIFIED === "yes" },
    /** The authority that issues short-lived certificates; without it, in development, the development authority. */
    aesAuthority:
      env.AES_CA_P12 && env.AES_CA_P12_PASSPHRASE
        ? { path: env.AES_CA_P12, passphrase: env.AES_CA_P12_PASSPHRASE }
        : null,
    allowDevelopmentKeys: env.ALLOW_DEVELOPMENT_KEYS === "yes",
  };
}

function service(url: string | undefined, clientId: string | undefined, clientSecret: string | undefined) {
  return url && clientId && clientSecret ? { url, clientId, clientSecret } : null;
}

function signingSource(env: SigningEnvironment): SigningSource | null {
  if (env.SIGNING_P12 && env.SIGNING_P12_PASSPHRASE) {
    return { provider: "pkcs12", path: env.SIGNING_P12, passphrase: env.SIGNING_P12_PASSPHRASE };
  }
  const { SIGNING_PKCS11_MODULE: module, SIGNING_PKCS11_TOKEN: token } = env;
  if (module && token && env.SIGNING_PKCS11_PIN && env.SIGNING_PKCS11_KEY) {
    return {
      provider: "pkcs11",
      module,
      token,
      pin: env.SIGNING_PKCS11_PIN,
      key: env.SIGNING_PKCS11_KEY,
      certificates: env.SIGNING_PKCS11_CERTIFICATES ?? null,
      binding: env.SIGNING_PKCS11_BINDING ?? null,
    };
  }
  const csc = service(env.SIGNING_CSC_URL, env.SIGNING_CSC_CLIENT_ID, env.SIGNING_CSC_CLIENT_SECRET);
  if (csc && env.SIGNING_CSC_CREDENTIAL) {
    return {
      provider: "csc",
      service: csc,
      credential: env.SIGNING_CSC_CREDENTIAL,
      pin: env.SIGNING_CSC_PIN ?? null,
    };
  }
  return null;
}
