import {
  CHECK_NAMESPACE,
  type CheckAnswer,
  CheckReplies,
  type CheckReply,
  type CheckRequestName,
  type CheckRequests,
} from "@nexbasira/core/contract/check.ts";
import { io, type Socket } from "socket.io-client";
import { z } from "zod";

const LIMIT_MS = 8_000;
const Acknowledgement = z.object({ ok: z.boolean(), data: z.unknown().optional(), code: z.string().optional() });

/** The check's way to ask the media node. One for a check; close it. */
export class CheckSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws {Error} where the socket cannot be had within 8 s. */
  static open({ socket_path, token }: CheckAnswer): Promise<CheckSocket> {
    const socket = io(CHECK_NAMESPACE, {
      path: socket_path,
      auth: { token },
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      timeout: LIMIT_MS,
    });
    return new Promise((resolve, reject) => {
      socket.on("connect", () => resolve(new CheckSocket(socket)));
      socket.on("connect_error", (error) => {
        socket.close();
        reject(error);
      });
    });
  }

  /** @throws {Error} where the node refuses or does not answer within 8 s. */
  async ask<Name extends CheckRequestName>(
    name: Name,
    payload: z.input<(typeof CheckRequests)[Name]>,
  ): Promise<CheckReply<Name>>;
  async ask(name: CheckRequestName, payload: unknown): Promise<unknown> {
    const answer = Acknowledgement.parse(await this.#socket.timeout(LIMIT_MS).emitWithAck(name, payload));
    if (!answer.ok) throw new Error(`the media node refuses ${name}: ${answer.code}`);
    return CheckReplies[name].parse(answer.data);
  }

  /** Idempotent. */
  close(): void {
    this.#socket.close();
  }
}
