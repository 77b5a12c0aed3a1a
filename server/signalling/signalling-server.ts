import type { Server as HttpServer } from "node:http";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { Server, type Socket } from "socket.io";
import type { AnswerContext } from "./answer-message.ts";
import { authenticateSocket } from "./authenticate-socket.ts";
import { serveChecks } from "./check-sockets.ts";
import { serveSocket } from "./serve-socket.ts";

/** A dead phone is noticed after both of these together, in milliseconds. */
const PING = { pingInterval: 5_000, pingTimeout: 5_000 };
/** A hundred operations of a pen, and some room. */
const MAX_MESSAGE_BYTES = 1_000_000;

/** The sockets of a media node's rooms, at `/media/<node>/socket.io` of an HTTP server. */
export class SignallingServer {
  readonly #io: Server;

  constructor(http: HttpServer, nodeName: string, context: AnswerContext) {
    this.#io = new Server(http, {
      path: `/media/${nodeName}/socket.io`,
      transports: ["websocket"],
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      connectTimeout: 10_000,
      ...PING,
    });
    serveChecks(this.#io, context.services);
    this.#io.use((socket, next) => void admit(context, socket).then(next));
  }

  /** Closes every socket and the HTTP server. */
  async close(): Promise<void> {
    await this.#io.close();
  }
}

/** Undefined lets the socket in; an error with its `data` is what the client gets as `connect_error`. */
async function admit(context: AnswerContext, socket: Socket): Promise<Error | undefined> {
  const { services, rooms } = context;
  try {
    const claims = await authenticateSocket(services, socket.handshake.auth);
    // Made now, so that a client that has come to the wrong node is told before it has entered.
    await rooms.get(claims.session_id);
    serveSocket(context, socket, claims);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) services.log.error({ err: error }, "a socket could not be admitted");
    const { code, message } =
      error instanceof AppError ? error : new AppError("internal_error", "Something went wrong.");
    return Object.assign(new Error(message), { data: { code, message } });
  }
}
