import { join } from "node:path";
import { loadDevelopmentAuthority } from "@nexbasira/core/authority/development-authority.ts";
import { developmentAddress } from "@nexbasira/core/authority/development-paths.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { openStorage } from "@nexbasira/core/storage/open-storage.ts";
import type { Express } from "express";
import { Registry } from "prom-client";
import { SessionStream } from "../../server/console/session-stream.ts";
import type { ServerContext } from "../../server/context.ts";
import { uploadRoutes } from "../../server/evidence/upload-routes.ts";
import { createApp } from "../../server/http/app.ts";
import { developmentAuthorityRoutes } from "../../server/http/development-authority.ts";
import { healthRoutes } from "../../server/http/health.ts";
import { pageRoutes } from "../../server/http/pages.ts";
import { verificationTrust } from "../../server/http/verification-trust.ts";
import { createAuthentication } from "../../server/identity/authentication.ts";
import { openMediaNodes } from "../../server/media/media-nodes.ts";
import type { Installation } from "./installation.ts";

/** The installation's HTTP server as an app that nothing listens with: to look at what it is made of. */
export async function makeApp({ environment, testDatabase: { database } }: Installation): Promise<Express> {
  const configuration = readConfiguration(environment);
  const links = new Links({ ...configuration, secret: configuration.authSecret });
  const context: ServerContext = {
    configuration,
    log: createLogger("test", "error"),
    database,
    jobs: new JobQueue({ databaseUrl: configuration.databaseUrl, works: false, onError: fail }),
    storage: openStorage(configuration),
    links,
    pageLinks: links,
    authentication: createAuthentication(configuration, database),
    mediaNodes: openMediaNodes(configuration, database, fail),
    limitRequests: async () => {},
  };
  const address = developmentAddress(configuration.port);
  const authority = await loadDevelopmentAuthority(join(configuration.certsDir, "authority"), { address });
  const stream = new SessionStream();
  const uploads = uploadRoutes(context);
  stream.close();
  uploads.close();
  const registry = new Registry();
  return createApp(context, {
    registry,
    stream,
    health: healthRoutes({ database, metrics: registry, ready: () => true }),
    uploads: uploads.router,
    pages: pageRoutes("client/dist"),
    developmentAuthority: developmentAuthorityRoutes(authority),
    verificationTrust: await verificationTrust(context, { development: authority.roots, timeStampRoots: null }),
  });
}

function fail(error: unknown): never {
  throw error;
}
