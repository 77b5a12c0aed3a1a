import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import type { Acknowledgement } from "@nexbasira/core/contract/signalling.ts";
import type { Socket } from "socket.io";
import { type AnswerContext, answerMessage } from "./answer-message.ts";
import { MessageLimits } from "./message-limits.ts";
import { SocketConnection } from "./socket-connection.ts";

/** Answers every message of one socket, and tells its room when it is gone. */
export function serveSocket(context: AnswerContext, socket: Socket, claims: AccessClaims): void {
  const { services } = context;
  const { session_id, participant_id, role } = claims;
  const log = services.log.child({ session_id, participant_id, role });
  const connection = new SocketConnection(socket, claims);
  const limits = new MessageLimits();
  const openedAt = performance.now();
  const counts = { messages: 0, refused: 0 };

  // Undefined where a frame holds nothing.
  socket.conn.on("data", (data: string | Buffer | undefined) => limits.arrived(data?.length ?? 0));
  socket.onAny((name: string, ...args: unknown[]) => {
    counts.messages += 1;
    const acknowledge = args.at(-1);
    // Nobody waits for the answer, so nothing is done: what happens unseen could not be told from what did not happen.
    if (typeof acknowledge !== "function") return refuse();
    void answer(name, args.length === 2 ? args[0] : undefined).then((result) => {
      if (!result.ok) refuse();
      acknowledge(result);
    });
  });
  socket.on("disconnect", (reason) => {
    connection.lost();
    log.info({ reason, ...counts, duration_ms: Math.round(performance.now() - openedAt) }, "socket closed");
  });

  async function answer(name: string, payload: unknown): Promise<Acknowledgement> {
    try {
      if (!limits.allows(name, payload)) throw new AppError("rate_limited", "These are too many messages. Slow down.");
      const data = await answerMessage(context, connection, name, payload);
      services.metrics.messages.inc({ name, outcome: "ok" });
      return { ok: true, data };
    } catch (error) {
      const refusal = error instanceof AppError ? error : new AppError("internal_error", "Something went wrong here.");
      if (refusal === error) log.debug({ message: name, code: refusal.code, err: refusal.cause }, refusal.message);
      else log.error({ err: error, message: name }, "a message failed");
      services.metrics.messages.inc({ name: "refused", outcome: refusal.code });
      return { ok: false, error: { code: refusal.code, message: refusal.message } };
    }
  }

  function refuse(): void {
    counts.refused += 1;
    if (limits.refused()) return;
    log.warn(counts, "a socket that is refused over and over is closed");
    socket.disconnect(true);
  }
}
