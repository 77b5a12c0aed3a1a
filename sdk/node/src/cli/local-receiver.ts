import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { WebhookEvent } from "../events.ts";
import { InvalidSignatureError } from "../invalid-signature-error.ts";
import { verifyWebhook } from "../verify-webhook.ts";

export interface VerifiedDelivery {
  event: WebhookEvent;
  body: Buffer;
  headers: IncomingHttpHeaders;
}

/** Several times what an event may have. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Receives webhooks on a free port of this machine, and hands on those whose signature is valid. */
export class LocalReceiver {
  readonly #server: Server;
  readonly #secret: Promise<string>;
  /** Says which secret the deliveries are signed with: those that come before wait for it. */
  readonly setSecret: (secret: string) => void;
  #registered = false;

  private constructor(onDelivery: (delivery: VerifiedDelivery) => void, onRefusal: (why: string) => void) {
    let resolveSecret: (secret: string) => void = () => {};
    this.#secret = new Promise((resolve) => {
      resolveSecret = resolve;
    });
    this.setSecret = (secret) => {
      this.#registered = true;
      resolveSecret(secret);
    };
    this.#server = createServer((request, response) => {
      this.#receive(request, response).then(
        (delivery) => delivery && onDelivery(delivery),
        (error: unknown) => {
          if (!response.headersSent) response.writeHead(error instanceof InvalidSignatureError ? 401 : 400).end();
          onRefusal(error instanceof Error ? error.message : String(error));
        },
      );
    });
  }

  static async start(handlers: {
    onDelivery: (delivery: VerifiedDelivery) => void;
    onRefusal: (why: string) => void;
  }): Promise<LocalReceiver> {
    const receiver = new LocalReceiver(handlers.onDelivery, handlers.onRefusal);
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the receiver does not listen");
    return `http://127.0.0.1:${address.port}/`;
  }

  /** The delivery, answered with 200 once it is verified. */
  async #receive(request: IncomingMessage, response: ServerResponse): Promise<VerifiedDelivery | undefined> {
    if (request.method !== "POST") {
      response.writeHead(405, { allow: "POST" }).end();
      return undefined;
    }
    const body = await readBody(request);
    const { headers } = request;
    // The server tells the secret only once this probe is answered.
    if (!this.#registered && headers["nb-event-type"] === "webhook.test") answerOk(response);
    const event = verifyWebhook(body, headers["nb-signature"], await this.#secret);
    if (!response.headersSent) answerOk(response);
    return { event, body, headers };
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}

function answerOk(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error("a body was larger than any event");
  }
  return Buffer.concat(chunks);
}
