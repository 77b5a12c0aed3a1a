import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import type {
  CaptureTaken,
  CommandDone,
  Notice,
  RequestAnswer,
  RequestName,
  RequestPayload,
} from "@nexbasira/core/contract/signalling.ts";
import { io, type Socket } from "socket.io-client";
import { z } from "zod";
import { reconnectDelay } from "./reconnect-delay.ts";
import { type AnyNotice, NOTICE_NAMES, RoomRequestError, readAnswer, readNotice } from "./room-messages.ts";

const REQUEST_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** After so many tries without a connection, it is looked at whether it is the room or the network that is missing. */
const TRIES_BEFORE_LOOKING = 6;
/** The way in is not asked for more often than this, ms: each time is written to the audit log. */
const BETWEEN_REJOINS_MS = 10_000;
const LOOK_TIMEOUT_MS = 3_000;

/** Why a connection is over for good. */
export type Ending = "left" | "replaced" | "completed" | "cancelled" | "expired" | "refused";

export interface RoomSocketOptions {
  answer: JoinAnswer;
  /**
   * Asks for the way in again: a new answer, or why there is none any more. Rejects where that cannot be known now.
   */
  rejoin: () => Promise<JoinAnswer | Ending>;
  onConnected: () => void;
  onDisconnected: () => void;
  onNotice: (notice: AnyNotice) => void;
  /** Takes the snapshot that the inspector asks for. Without it, the request is left to time out. */
  onCaptureRequested?: (request: Notice<"capture.requested">) => Promise<CaptureTaken>;
  /** Does what the inspector wants of the device. Without it, the command is left to time out. */
  onDeviceCommanded?: (command: Notice<"device.commanded">) => Promise<CommandDone>;
  onEnded: (ending: Ending) => void;
}

/** What the server adds to a connection it refuses. */
const Refusal = z.object({ data: z.object({ code: z.string() }) });

/** `lastChance`: the server can be reached, so that a room which cannot has moved, or its node is dead. */
type Try = "usual" | "look" | "lastChance" | "rejoin";

/**
 * The room's socket: connects until it is closed. It asks for the way in again where its own no longer works; but not
 * merely because the network was away: another device may have taken this person's place in the meantime, and would lose
 * it again.
 */
export class RoomSocket {
  readonly #options: RoomSocketOptions;
  #answer: JoinAnswer;
  #socket: Socket | undefined;
  #failures = 0;
  #rejoinedAt = Number.NEGATIVE_INFINITY;
  #next: ReturnType<typeof setTimeout> | undefined;
  /** What was begun in an earlier step is not carried on in a later one. */
  #step = 0;
  #closed = false;

  constructor(options: RoomSocketOptions) {
    this.#options = options;
    this.#answer = options.answer;
    this.#connect("usual");
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  get answer(): JoinAnswer {
    return this.#answer;
  }

  /**
   * @throws {RoomRequestError} for a refusal, and with the code `no_answer` where there is no connection or no answer in
   * time. A request is never kept for later: after a reconnection the room may be another.
   */
  async request<Name extends RequestName>(
    name: Name,
    payload: RequestPayload<Name>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<RequestAnswer<Name>> {
    const socket = this.#socket;
    if (!socket?.connected) throw new RoomRequestError(name, "no_answer", "not connected");
    let answer: unknown;
    try {
      answer = await socket.timeout(timeoutMs).emitWithAck(name, payload);
    } catch (error) {
      throw new RoomRequestError(name, "no_answer", "no answer", { cause: error });
    }
    return readAnswer(name, answer);
  }

  /** Asks for the way in again. Rejects where that cannot be known now; where there is none any more, it is the end. */
  async rejoin(): Promise<void> {
    // A device that was replaced must not take the session back by itself.
    if (this.#closed) return;
    this.#rejoinedAt = performance.now();
    const answer = await this.#options.rejoin();
    if (this.#closed) return;
    if (typeof answer !== "string") {
      this.#answer = answer;
      return;
    }
    this.#end(answer);
  }

  /** Drops the connection, which may only seem to be one, and connects anew at once. */
  restart(): void {
    if (this.#closed) return;
    this.#failures = 0;
    if (this.connected) this.#options.onDisconnected();
    this.#connect("usual");
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dispose();
  }

  #end(ending: Ending): void {
    this.close();
    this.#options.onEnded(ending);
  }

  #connect(how: Try): void {
    this.#dispose();
    if (this.#closed) return;
    const socket = io({
      path: this.#answer.socket_path,
      auth: { token: this.#answer.access_token },
      transports: ["websocket"],
      // Tries are made here, each with its own socket, so that none is left half open.
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_TIMEOUT_MS,
    });
    this.#socket = socket;
    socket.on("connect", () => {
      this.#failures = 0;
      this.#options.onConnected();
    });
    socket.on("connect_error", (error) => {
      const refusal = Refusal.safeParse(error);
      const mayRejoin = performance.now() - this.#rejoinedAt > BETWEEN_REJOINS_MS;
      if (refusal.data?.data.code === "conflict") this.#end("replaced");
      else if (mayRejoin && (refusal.success || how === "lastChance")) this.#tryAgain("rejoin");
      else this.#tryAgain(this.#failures < TRIES_BEFORE_LOOKING ? "usual" : "look");
    });
    socket.on("disconnect", () => {
      this.#options.onDisconnected();
      this.#tryAgain("usual");
    });
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    for (const name of NOTICE_NAMES) {
      socket.on(name, (payload: unknown, acknowledge: unknown) => {
        const notice = readNotice(name, payload);
        this.#options.onNotice(notice);
        void this.#answerOf(notice)?.then((answer) => {
          if (typeof acknowledge === "function") acknowledge(answer);
        });
      });
    }
  }

  /** What the device answers to a notice that wants an answer. */
  #answerOf(notice: AnyNotice): Promise<CaptureTaken | CommandDone> | undefined {
    const { onCaptureRequested, onDeviceCommanded } = this.#options;
    if (notice.name === "capture.requested") return onCaptureRequested?.(notice.payload);
    if (notice.name === "device.commanded") return onDeviceCommanded?.(notice.payload);
    return undefined;
  }

  #tryAgain(how: Try): void {
    if (this.#closed) return;
    this.#dispose();
    const delay = reconnectDelay(this.#failures, Math.random());
    this.#failures += 1;
    this.#next = setTimeout(() => void this.#try(how), delay);
  }

  async #try(how: Try): Promise<void> {
    this.#step += 1;
    const step = this.#step;
    const next = how === "look" ? await this.#look() : how === "rejoin" ? await this.#tryToRejoin() : "usual";
    // In the meantime somebody may have restarted or closed it.
    if (step !== this.#step) return;
    if (next === "look") this.#tryAgain(next);
    else this.#connect(next);
  }

  async #look(): Promise<Try> {
    return (await serverAnswers()) ? "lastChance" : "look";
  }

  async #tryToRejoin(): Promise<Try> {
    try {
      await this.rejoin();
      return "usual";
    } catch {
      // Not known now: no network, or the server is just starting.
      return "look";
    }
  }

  #dispose(): void {
    this.#step += 1;
    clearTimeout(this.#next);
    this.#socket?.removeAllListeners();
    this.#socket?.disconnect();
    this.#socket = undefined;
  }
}

/** Whether the server itself can be reached, whatever it says. */
async function serverAnswers(): Promise<boolean> {
  try {
    await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) });
    return true;
  } catch {
    // A TypeError for no network, a TimeoutError for one that swallows everything.
    return false;
  }
}
