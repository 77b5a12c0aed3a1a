import {
  Acknowledgement,
  NOTICES,
  type Notice,
  type NoticeName,
  REQUESTS,
  type RequestAnswer,
  type RequestName,
  type RequestPayload,
} from "@nexbasira/core/contract/signalling.ts";
import { io, type Socket } from "socket.io-client";
import { z } from "zod";
import { waitFor } from "./wait-for.ts";

const LIMIT_MS = 10_000;

const requests: { [Name in RequestName]: { answer: z.ZodType<RequestAnswer<Name>> } } = REQUESTS;
const notices: { [Name in NoticeName]: z.ZodType<Notice<Name>> } = NOTICES;

/** Why a socket was not let in. */
const Refusal = z.object({ message: z.string(), data: z.object({ code: z.string(), message: z.string() }) });

/** A person's socket in a room, held to the contract in both directions. */
export class RoomClient {
  readonly socket: Socket;
  /** Everything that was told, in order. */
  readonly told: { name: string; payload: unknown }[] = [];
  /** How this device answers when it is asked for a snapshot. Unset: not at all. */
  onCapture: ((request: Notice<"capture.requested">) => unknown) | undefined;
  /** How this device answers when it is told to do something. Unset: not at all. */
  onCommand: ((command: Notice<"device.commanded">) => unknown) | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, payload: unknown, acknowledge: unknown) => {
      this.told.push({ name, payload });
      if (typeof acknowledge !== "function") return;
      if (name === "capture.requested" && this.onCapture)
        acknowledge(this.onCapture(NOTICES["capture.requested"].parse(payload)));
      if (name === "device.commanded" && this.onCommand)
        acknowledge(this.onCommand(NOTICES["device.commanded"].parse(payload)));
    });
  }

  /** Connects, or rejects with the refusal's `{ code, message }`. */
  static async connect(url: string, path: string, auth: object): Promise<RoomClient> {
    const socket = io(url, { path, auth, transports: ["websocket"], forceNew: true, reconnection: false });
    const client = new RoomClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", (error) => {
        socket.disconnect();
        const refusal = Refusal.safeParse(error);
        reject(refusal.success ? refusal.data.data : error);
      });
    });
    return client;
  }

  /** The acknowledgement, whatever it says. */
  async send(name: string, ...payload: unknown[]): Promise<Acknowledgement> {
    return Acknowledgement.parse(await this.socket.timeout(LIMIT_MS).emitWithAck(name, ...payload));
  }

  /** The data of a request that has to succeed. */
  async ask<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<RequestAnswer<Name>> {
    const answer = await this.send(name, payload);
    if (!answer.ok) throw new Error(`${name} was refused: ${answer.error.code}: ${answer.error.message}`);
    return requests[name].answer.parse(answer.data);
  }

  /** The code that a request is refused with; it must not succeed. */
  async refusal(name: string, ...payload: unknown[]): Promise<string> {
    const answer = await this.send(name, ...payload);
    if (answer.ok) throw new Error(`${name} was not refused`);
    return answer.error.code;
  }

  /** What was told under that name so far. */
  all<Name extends NoticeName>(name: Name): Notice<Name>[] {
    return this.told.filter((notice) => notice.name === name).map(({ payload }) => notices[name].parse(payload));
  }

  /** Waits for a notice that fits, among those already told too. */
  notice<Name extends NoticeName>(
    name: Name,
    fits: (payload: Notice<Name>) => boolean = () => true,
  ): Promise<Notice<Name>> {
    return waitFor<Notice<Name> | undefined>(`the notice ${name}`, () => this.all(name).find(fits)).then((found) => {
      if (found === undefined) throw new Error("unreachable");
      return found;
    });
  }

  async closed(): Promise<void> {
    await waitFor("the socket to be closed", () => !this.socket.connected);
  }

  close(): void {
    this.socket.disconnect();
  }
}
