import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import { z } from "zod";
import { createAuthentication } from "./identity/authentication.ts";
import { newApiSecret } from "./identity/create-api-key.ts";
import { seedOrganization } from "./identity/seed-organization.ts";

/*
 * Development mode's first organization, administrator and test key, made once and printed at every start as one JSON
 * line. The credentials are kept in the data folder, readable by its owner alone.
 */

const Credentials = z.object({
  admin: z.object({ email: z.string(), password: z.string() }),
  api_key: z.string(),
  webhook_secret: z.string(),
});

const configuration = readConfiguration(process.env);
mkdirSync(configuration.dataDir, { recursive: true });
const path = join(configuration.dataDir, "credentials.json");
const credentials = existsSync(path) ? Credentials.parse(JSON.parse(readFileSync(path, "utf8"))) : newCredentials();

const log = createLogger("seed", configuration.logLevel);
const onIdleError = (error: Error) => log.error({ err: error }, "the connection to PostgreSQL was lost");
const database = connectDatabase(configuration.databaseUrl, { maxConnections: 2, onIdleError });
await seedOrganization(
  { ...configuration, database, authentication: createAuthentication(configuration, database) },
  credentials,
);
await database.destroy();
process.stdout.write(`${JSON.stringify(credentials)}\n`);

function newCredentials() {
  const made = {
    admin: { email: "admin@nexbasira.local", password: randomBytes(12).toString("base64url") },
    api_key: newApiSecret("test"),
    webhook_secret: newSigningSecret(),
  };
  writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}
