import {
  Acknowledgement,
  NOTICES,
  type NoticeName,
  REQUESTS,
  type RequestAnswer,
  type RequestName,
  type RequestPayload,
} from "@nexbasira/core/contract/signalling.ts";
import { z } from "zod";

/** Sends a request to the room and gives its answer's data. */
export type SendRequest = <Name extends RequestName>(
  name: Name,
  payload: RequestPayload<Name>,
) => Promise<RequestAnswer<Name>>;

/** The room refused a request, or did not answer it (`no_answer`), or the answer was not what the contract says. */
export class RoomRequestError extends Error {
  readonly code: string;

  constructor(name: RequestName, code: string, message: string, options: { cause?: unknown } = {}) {
    super(`${name}: ${message}`, options);
    this.name = "RoomRequestError";
    this.code = code;
  }
}

/** The same table under a type that the compiler can follow for a name it does not know yet. */
const requests: { [Name in RequestName]: { answer: z.ZodType<RequestAnswer<Name>> } } = REQUESTS;

/** @throws {RoomRequestError} for a refusal, and for an answer that is not what the contract says. */
export function readAnswer<Name extends RequestName>(name: Name, answer: unknown): RequestAnswer<Name> {
  const acknowledgement = Acknowledgement.safeParse(answer);
  if (!acknowledgement.success) throw new RoomRequestError(name, "unexpected", acknowledgement.error.message);
  if (!acknowledgement.data.ok) {
    const { code, message } = acknowledgement.data.error;
    throw new RoomRequestError(name, code, message);
  }
  const data = requests[name].answer.safeParse(acknowledgement.data.data);
  if (!data.success) throw new RoomRequestError(name, "unexpected", data.error.message);
  return data.data;
}

function notice<Name extends NoticeName>(name: Name) {
  return z.object({ name: z.literal(name), payload: NOTICES[name] });
}

const AnyNotice = z.discriminatedUnion("name", [
  notice("person.entered"),
  notice("person.left"),
  notice("person.unreachable"),
  notice("producer.added"),
  notice("producer.changed"),
  notice("producer.removed"),
  notice("producer.score"),
  notice("consumer.closed"),
  notice("capture.requested"),
  notice("capture.announced"),
  notice("evidence.added"),
  notice("evidence.updated"),
  notice("board.opened"),
  notice("board.operated"),
  notice("board.shown"),
  notice("board.pointed"),
  notice("chat.added"),
  notice("clip.changed"),
  notice("device.reported"),
  notice("device.commanded"),
  notice("simulcast.changed"),
  notice("recording.changed"),
  notice("signature.requested"),
  notice("signature.submitted"),
  notice("session.ended"),
  notice("device.replaced"),
]);
/** A notice with its name, so that one function can take them all. */
export type AnyNotice = z.infer<typeof AnyNotice>;

/** The notices this client listens to: all that the contract has. */
export const NOTICE_NAMES = AnyNotice.options.map((option) => option.shape.name.value);

/** @throws {z.ZodError} where the payload is not what the contract says. */
export function readNotice(name: NoticeName, payload: unknown): AnyNotice {
  return AnyNotice.parse({ name, payload });
}
