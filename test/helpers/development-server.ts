import { createServer } from "node:http";
import {
  type DevelopmentAuthority,
  loadDevelopmentAuthority,
} from "@nexbasira/core/authority/development-authority.ts";
import { DEVELOPMENT_PATHS } from "@nexbasira/core/authority/development-paths.ts";
import express from "express";
import { developmentAuthorityRoutes } from "../../server/http/development-authority.ts";
import type { TimeStampSource } from "../../workers/signing/time-stamp-client.ts";

export interface DevelopmentServer {
  authority: DevelopmentAuthority;
  /** Its time-stamp authority. */
  timeStamp: TimeStampSource;
  close(): Promise<void>;
}

/** The development authority of a folder, answering on a free port as the server does in development mode. */
export async function startDevelopmentServer(folder: string): Promise<DevelopmentServer> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The server has no port");
  const address = `http://127.0.0.1:${bound.port}`;
  const authority = await loadDevelopmentAuthority(folder, { address });
  app.use(developmentAuthorityRoutes(authority));
  return {
    authority,
    timeStamp: {
      url: `${address}${DEVELOPMENT_PATHS.tsa}`,
      roots: authority.roots,
      policy: null,
      name: "development",
      qualified: false,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
