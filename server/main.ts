import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { loadDevelopmentAuthority } from "@nexbasira/core/authority/development-authority.ts";
import { developmentAddress } from "@nexbasira/core/authority/development-paths.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { NoticeListener } from "@nexbasira/core/database/notify.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { onStop } from "@nexbasira/core/process/on-stop.ts";
import { Links } from "@nexbasira/core/secrets/links.ts";
import { openStorage } from "@nexbasira/core/storage/open-storage.ts";
import { collectDefaultMetrics, Registry } from "prom-client";
import { SessionStream } from "./console/session-stream.ts";
import type { ServerContext } from "./context.ts";
import { uploadRoutes } from "./evidence/upload-routes.ts";
import { createApp } from "./http/app.ts";
import { developmentAuthorityRoutes } from "./http/development-authority.ts";
import { healthRoutes } from "./http/health.ts";
import { limitRequests } from "./http/limit-requests.ts";
import { MediaProxy } from "./http/media-proxy.ts";
import { pageRoutes } from "./http/pages.ts";
import { RateLimits } from "./http/rate-limits.ts";
import { verificationTrust } from "./http/verification-trust.ts";
import { createAuthentication } from "./identity/authentication.ts";
import { openMediaNodes } from "./media/media-nodes.ts";

const configuration = readConfiguration(process.env);
const log = createLogger("server", configuration.logLevel);
const reportIdleError = (error: unknown) => log.warn({ err: error }, "a connection to PostgreSQL was lost");

const database = connectDatabase(configuration.databaseUrl, { maxConnections: 10, onIdleError: reportIdleError });
const jobs = new JobQueue({ databaseUrl: configuration.databaseUrl, works: false, onError: reportIdleError });
await jobs.start();
const linkOptions = { ...configuration, secret: configuration.authSecret };
const mediaNodes = openMediaNodes(configuration, database, (error) =>
  log.warn({ err: error }, "Redis does not answer"),
);
const rateLimits = new RateLimits(configuration, (error) =>
  log.warn({ err: error }, "Redis does not count requests: this process counts by itself"),
);
const context: ServerContext = {
  configuration,
  log,
  database,
  jobs,
  storage: openStorage(configuration),
  links: new Links(linkOptions),
  pageLinks: new Links({ ...linkOptions, pageRelative: true }),
  authentication: createAuthentication(configuration, database),
  mediaNodes,
  limitRequests: limitRequests.bind(undefined, { rateLimits, limits: configuration.rateLimits }),
};

const stream = new SessionStream();
const listener = new NoticeListener(configuration.databaseUrl, {
  onSession: (notice) => stream.publish(notice),
  onConnected: () => stream.publishReload(),
  onError: reportIdleError,
});
await listener.open();

let stopping = false;
const registry = new Registry();
collectDefaultMetrics({ register: registry });
const uploads = uploadRoutes(context);
const authority = configuration.development
  ? await loadDevelopmentAuthority(join(configuration.certsDir, "authority"), {
      address: developmentAddress(configuration.port),
    })
  : null;
const app = createApp(context, {
  registry,
  stream,
  health: healthRoutes({ database, metrics: registry, ready: () => !stopping }),
  uploads: uploads.router,
  pages: pageRoutes(join(import.meta.dirname, "../client/dist")),
  developmentAuthority: authority && developmentAuthorityRoutes(authority),
  verificationTrust: await verificationTrust(context, {
    development: authority?.roots ?? [],
    timeStampRoots: configuration.timeStamps.roots,
  }),
});

const proxy = new MediaProxy(mediaNodes, log);
const { https } = configuration;
const listeners: Server[] = [await listen(createServer(app), configuration.port, configuration.listenAddress)];
if (https) {
  const tls = createTlsServer({ cert: readFileSync(https.cert), key: readFileSync(https.key) }, app);
  listeners.push(await listen(tls, https.port, "0.0.0.0"));
}
log.info({ port: configuration.port, https_port: https?.port }, "server is ready");

function listen(server: Server, port: number, address: string): Promise<Server> {
  server.on("upgrade", (request, socket, head) => proxy.upgrade(request, socket, head));
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, address, () => resolve(server));
  });
}

onStop(log, async () => {
  stopping = true;
  stream.close();
  uploads.close();
  proxy.close();
  await Promise.all(listeners.map(closeServer));
  await listener.close();
  mediaNodes.close();
  rateLimits.close();
  await jobs.close();
  await database.destroy();
});

/** Answers what has begun, then closes; connections that are idle are not waited for. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
