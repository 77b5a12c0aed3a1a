import { createServer, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import { issueRevocationList, type RevokedEntry } from "@nexbasira/core/authority/issue-revocation-list.ts";
import { answerOcspRequest, type RevocationStatus } from "@nexbasira/core/authority/ocsp-responder.ts";
import { REVOCATION, type RevocationAddresses } from "@nexbasira/core/authority/revocation-extensions.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { guardedWay } from "../../workers/signing/fetch-limited.ts";
import type { TestAuthority } from "./test-authority.ts";

/** To servers of this machine that certificates name. */
export const localWay = guardedWay(new AddressGuard(["127.0.0.0/8"]));

/** Answers one request; may also leave it unanswered. */
export type RevocationHandler = (request: Uint8Array<ArrayBuffer>, response: ServerResponse) => unknown;

export interface RevocationServer {
  /** For the certificates that are to be asked about here. */
  addresses: RevocationAddresses;
  /** What answers at each address; unanswered as long as there is none. May be changed at any time. */
  handlers: { ocsp?: RevocationHandler; crl?: RevocationHandler; issuer?: RevocationHandler };
  /** How often each was asked. */
  requests: { ocsp: number; crl: number; issuer: number };
  close(): Promise<void>;
}

/** An HTTP server on a free port that is an authority's OCSP responder, its revocation list and its certificate. */
export async function startRevocationServer(): Promise<RevocationServer> {
  const handlers: RevocationServer["handlers"] = {};
  const requests = { ocsp: 0, crl: 0, issuer: 0 };
  const server = createServer(async (request, response) => {
    const kind = (["ocsp", "crl", "issuer"] as const).find((each) => request.url === `/${each}`);
    if (kind) requests[kind]++;
    const handler = (kind && handlers[kind]) ?? down;
    await handler(new Uint8Array(await buffer(request)), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    addresses: { ocspUrl: `${url}/ocsp`, crlUrl: `${url}/crl`, issuerUrl: `${url}/issuer` },
    handlers,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Out of order. */
export const down: RevocationHandler = (_request, response) => response.writeHead(503).end();

/** An authority's responder, its certificate as it should be: delegated, for OCSP alone, nobody to be asked about it. */
export function issueOcspKey(from: TestAuthority): Promise<SigningKey> {
  return from.issueKey("Test OCSP", { extendedKeyUsage: [REVOCATION.ocspSigning], statements: [REVOCATION.noCheck] });
}

/** The handler of an honest responder. */
export function honestOcsp(
  responder: SigningKey,
  statusOf: (serialNumber: bigint) => RevocationStatus = () => "good",
): RevocationHandler {
  return async (request, response) => response.end(await answerOcspRequest({ responder, statusOf }, request));
}

/** The handler of an honest list. */
export function honestList(authority: SigningKey, revoked: readonly RevokedEntry[] = []): RevocationHandler {
  return async (_request, response) => response.end(await issueRevocationList(authority, revoked));
}

/** The handler that gives out an authority's certificate. */
export function certificateOf({ certificate }: TestAuthority): RevocationHandler {
  return (_request, response) => response.end(certificateDer(certificate));
}
