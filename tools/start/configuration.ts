import { join, resolve } from "node:path";
import { z } from "zod";
import { PROJECT } from "../setup/paths.mjs";
import { usualMediaProcesses } from "./media-nodes.ts";

const port = (usual: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, "is not a port number")
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65_535, "is not a port number from 1 to 65535")
    .default(usual);

const address = (protocols: RegExp, example: string) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.test(new URL(value).protocol),
      `is not an address like ${example}`,
    )
    .optional();

const schema = z.object({
  PORT: port(3000),
  HTTPS_PORT: port(3443),
  MEDIA_PORT: port(44_400),
  MEDIA_PROCESSES: z
    .string()
    .regex(/^\d{1,2}$/, "is not a number")
    .transform(Number)
    .refine((value) => value >= 1, "must be 1 at least")
    .default(usualMediaProcesses),
  DATA_DIR: z
    .string()
    .transform((folder) => resolve(folder))
    .default(join(PROJECT, ".nexbasira")),
  DATABASE_URL: address(/^postgres(ql)?:$/, "postgres://user:password@host:5432/database"),
  REDIS_URL: address(/^rediss?:$/, "redis://host:6379"),
});

/** Where an instance listens and keeps its data. */
export type Configuration = z.infer<typeof schema>;

/** The instance's configuration from the environment, where an empty value is none. @throws Error naming the variable. */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    throw new Error(`Wrong configuration: ${faults.join("; ")}.`);
  }
  const { PORT, HTTPS_PORT, MEDIA_PORT, MEDIA_PROCESSES } = result.data;
  const lastMediaPort = MEDIA_PORT + MEDIA_PROCESSES - 1;
  if (lastMediaPort > 65_535) {
    throw new Error(`Wrong configuration: MEDIA_PORT is too high for ${MEDIA_PROCESSES} media processes.`);
  }
  const isForMedia = (port: number) => port >= MEDIA_PORT && port <= lastMediaPort;
  if (PORT === HTTPS_PORT || isForMedia(PORT) || isForMedia(HTTPS_PORT)) {
    const media = MEDIA_PROCESSES === 1 ? `${MEDIA_PORT}` : `${MEDIA_PORT} to ${lastMediaPort}`;
    throw new Error(
      `Wrong configuration: PORT (${PORT}), HTTPS_PORT (${HTTPS_PORT}) and MEDIA_PORT (${media}) must differ.`,
    );
  }
  return result.data;
}
