import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";

/** Answers one request; may also leave it unanswered. */
export type TimeStampHandler = (request: Uint8Array<ArrayBuffer>, response: ServerResponse) => unknown;

export interface TimeStampServer {
  url: string;
  close(): Promise<void>;
}

/** An HTTP server on a free port of this machine that answers time-stamp requests as the handler says. */
export async function startTimeStampServer(handler: TimeStampHandler): Promise<TimeStampServer> {
  const server = createServer(async (request: IncomingMessage, response) => {
    await handler(new Uint8Array(await buffer(request)), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The handler of an honest authority. */
export function honest(tsa: SigningKey): TimeStampHandler {
  return async (request, response) => send(response, await answerTimeStampRequest(tsa, request));
}

/** Sends an answer as a time-stamp authority does. */
export function send(response: ServerResponse, answer: Uint8Array): void {
  response.setHeader("content-type", "application/timestamp-reply").end(answer);
}
