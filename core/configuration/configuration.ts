import { z } from "zod";
import { HOST_NAME } from "../contract/branding.ts";
import { newFernetKey } from "../secrets/fernet.ts";
import { checkSigning, SIGNING_VARIABLES, shapeSigning } from "./signing-configuration.ts";

const Port = z.coerce.number().int().min(1).max(65_535);
const List = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);
const Amount = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Requests per minute. */
const Rate = z.coerce.number().int().min(1).max(1_000_000_000);
const FernetKey = z
  .string()
  .refine(
    (key) => Buffer.from(key, "base64url").length === 32,
    `must be 32 bytes in base64url, such as ${newFernetKey()}`,
  );

const StorageKey = z
  .string()
  .refine((key) => Buffer.from(key, "base64url").length === 32, "must be 32 random bytes in base64url");

/** `name=http://host:port` */
const MediaNode = z
  .string()
  .regex(/^[a-z0-9-]{1,32}=https?:\/\/[^/]+$/, "must be name=http://host:port")
  .transform((text) => {
    const split = text.indexOf("=");
    return { name: text.slice(0, split), url: text.slice(split + 1) };
  });

/** `name=https://…`: a time-stamp authority, by the name that people see. */
const TimeStampAuthority = z
  .string()
  .regex(/^[a-z0-9-]{1,32}=https?:\/\/\S+$/, "must be name=https://host/path")
  .transform((text) => {
    const split = text.indexOf("=");
    return { name: text.slice(0, split), url: text.slice(split + 1) };
  });

/** A calendar's address, in the characters that its receipts may hold (python-opentimestamps). */
const Calendar = z
  .string()
  .regex(/^https?:\/\/[A-Za-z0-9\-._/:]+$/, "must be https://host without query")
  .max(1000)
  .transform((url) => url.replace(/\/$/, ""));

/** `host=organization`: a host name that the operator's proxy serves for the organization with this id. */
const BrandDomain = z
  .string()
  .regex(
    new RegExp(`${HOST_NAME.source.slice(0, -1)}=[1-9][0-9]{0,8}$`),
    "must be host=organization, such as inspect.example.com=1",
  )
  .transform((text): [host: string, organizationId: number] => {
    const split = text.indexOf("=");
    return [text.slice(0, split), Number(text.slice(split + 1))];
  });

/** Every variable that the processes read. Documented for operators in docs/self-hosting.md. */
const Variables = z.object({
  ...SIGNING_VARIABLES,
  NEXBASIRA_MODE: z.enum(["development", "production"]).default("production"),
  PORT: Port.default(3000),
  /** With TLS_CERT and TLS_KEY, the server speaks HTTPS on this port itself. */
  HTTPS_PORT: Port.optional(),
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  /** Where the server listens; production is behind a proxy in the same network. */
  LISTEN_ADDRESS: z.string().default("127.0.0.1"),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }),
  PHONE_URL: z.url({ protocol: /^https$/ }).optional(),
  BRAND_DOMAINS: List.pipe(z.array(BrandDomain)).default([]),
  DATA_DIR: z.string().min(1),
  CERTS_DIR: z.string().min(1),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must start with postgres://"),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "must start with redis://")
    .optional(),
  MASTER_KEYS: List.pipe(z.array(FernetKey).min(1)),
  /** Files and journals are encrypted under the first; the others open what was encrypted under them before. */
  STORAGE_KEYS: List.pipe(z.array(StorageKey)).default([]),
  AUTH_SECRET: z.string().min(32, "must have at least 32 characters"),
  MEDIA_NODE_NAME: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default("local"),
  MEDIA_NODES: List.pipe(z.array(MediaNode)).default([]),
  MEDIA_PORT: Port.default(44_400),
  MEDIA_SIGNALLING_PORT: Port.default(3_010),
  MEDIA_ANNOUNCED_ADDRESSES: List.pipe(z.array(z.string()).min(1)).default(["127.0.0.1"]),
  MEDIASOUP_WORKER_BIN: z.string().optional(),
  TURN_URLS: List.default([]),
  TURN_SECRET: z.string().optional(),
  /** CIDR ranges to which webhooks and callbacks may go although they are not public; `http:` is then permitted. */
  WEBHOOK_PRIVATE_RANGES: List.default([]),
  /** CIDR ranges in which responders and lists that certificates name may be although they are not public. */
  REVOCATION_PRIVATE_RANGES: List.default([]),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional(),
  MAIL_FROM: z.string().default("NexBasira <no-reply@localhost>"),
  SMS_URL: z.url().optional(),
  SMS_ACCOUNT: z.string().optional(),
  SMS_TOKEN: z.string().optional(),
  SMS_FROM: z.string().optional(),
  /** The first that answers stamps the signatures; each of them anchors the audit log. */
  TSA_URLS: List.pipe(z.array(TimeStampAuthority)).default([]),
  /** Names of those whose time stamps are qualified (Regulation (EU) No 910/2014, article 42). */
  TSA_QUALIFIED: List.default([]),
  /** A PEM file of the roots that their certificates lead to. */
  TSA_ROOTS: z.string().optional(),
  /** Calendars of OpenTimestamps, by their addresses, that anchor the audit log besides; none without it. */
  OPENTIMESTAMPS_CALENDARS: List.pipe(z.array(Calendar)).default([]),
  /** Seconds that a finished report waits for its participant's signature, where its session does not say. */
  SIGNATURE_EXPIRES_IN: z.coerce.number().int().min(3600).max(7_776_000).default(604_800),
  /** Of one API key, and of one member in the console. */
  RATE_LIMIT_KEY: Rate.default(1200),
  /** Of all keys of one organization together. */
  RATE_LIMIT_ORGANIZATION: Rate.default(3000),
  /** Of one address without valid credentials. */
  RATE_LIMIT_ADDRESS: Rate.default(300),
  /** For organizations without quotas of their own; there is none without it. */
  QUOTA_SESSIONS_PER_MONTH: Amount.optional(),
  QUOTA_MINUTES_PER_MONTH: Amount.optional(),
  QUOTA_STORAGE_BYTES: Amount.optional(),
  QUOTA_MEMBERS: Amount.optional(),
  /** Whether visitors of the landing page may make themselves an organization of test mode. */
  SANDBOX: z.enum(["on", "off"]).optional(),
  /** Where the workers answer operators; nowhere without it. */
  WORKERS_PORT: Port.optional(),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});
const Environment = Variables.superRefine(checkSigning);

export type Configuration = Readonly<ReturnType<typeof shape>>;

/** Reads the environment once. Throws an error that names every wrong variable; never shows a value. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${String(issue.path[0])}: ${issue.message}`);
    throw new Error(`the configuration is wrong:\n${problems.join("\n")}`);
  }
  return shape(parsed.data);
}

function shape(env: z.output<typeof Environment>) {
  const development = env.NEXBASIRA_MODE === "development";
  const ownMachine = development ? ["127.0.0.0/8", "::1/128"] : [];
  return {
    development,
    port: env.PORT,
    https:
      env.HTTPS_PORT && env.TLS_CERT && env.TLS_KEY
        ? { port: env.HTTPS_PORT, cert: env.TLS_CERT, key: env.TLS_KEY }
        : null,
    listenAddress: env.LISTEN_ADDRESS,
    publicUrl: env.PUBLIC_URL,
    phoneUrl: env.PHONE_URL ?? null,
    /** Whose join links may lead to which host: organizations by host name. */
    brandDomains: new Map(env.BRAND_DOMAINS),
    dataDir: env.DATA_DIR,
    certsDir: env.CERTS_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    masterKeys: env.MASTER_KEYS,
    storageKeys: env.STORAGE_KEYS,
    authSecret: env.AUTH_SECRET,
    media: {
      nodeName: env.MEDIA_NODE_NAME,
      nodes: env.MEDIA_NODES,
      port: env.MEDIA_PORT,
      signallingPort: env.MEDIA_SIGNALLING_PORT,
      announcedAddresses: env.MEDIA_ANNOUNCED_ADDRESSES,
      workerBinary: env.MEDIASOUP_WORKER_BIN ?? null,
      turn: env.TURN_SECRET && env.TURN_URLS.length > 0 ? { urls: env.TURN_URLS, secret: env.TURN_SECRET } : null,
    },
    webhooks: {
      allowHttp: development,
      privateRanges: [...ownMachine, ...env.WEBHOOK_PRIVATE_RANGES],
    },
    revocationPrivateRanges: [...ownMachine, ...env.REVOCATION_PRIVATE_RANGES],
    mail: { url: env.SMTP_URL ?? null, from: env.MAIL_FROM },
    sms: env.SMS_URL
      ? { url: env.SMS_URL, account: env.SMS_ACCOUNT ?? "", token: env.SMS_TOKEN ?? "", from: env.SMS_FROM ?? "" }
      : null,
    ...shapeSigning(env),
    /** Without them, the development authority in `certsDir` stamps. */
    timeStamps: {
      authorities: env.TSA_URLS.map(({ name, url }) => ({ name, url, qualified: env.TSA_QUALIFIED.includes(name) })),
      roots: env.TSA_ROOTS ?? null,
    },
    openTimestamps: { calendars: env.OPENTIMESTAMPS_CALENDARS },
    /** In seconds. */
    signatureExpiresIn: env.SIGNATURE_EXPIRES_IN,
    /** Requests per minute. */
    rateLimits: {
      key: env.RATE_LIMIT_KEY,
      organization: env.RATE_LIMIT_ORGANIZATION,
      address: env.RATE_LIMIT_ADDRESS,
    },
    /** Of organizations that have none of their own; null is none. */
    quotas: {
      sessions_per_month: env.QUOTA_SESSIONS_PER_MONTH ?? null,
      minutes_per_month: env.QUOTA_MINUTES_PER_MONTH ?? null,
      storage_bytes: env.QUOTA_STORAGE_BYTES ?? null,
      members: env.QUOTA_MEMBERS ?? null,
    },
    sandbox: env.SANDBOX === undefined ? development : env.SANDBOX === "on",
    workersPort: env.WORKERS_PORT ?? null,
    logLevel: env.LOG_LEVEL,
  };
}
