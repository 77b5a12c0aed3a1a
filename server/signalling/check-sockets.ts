import {
  CHECK_NAMESPACE,
  type CheckReply,
  type CheckRequestName,
  CheckRequests,
} from "@nexbasira/core/contract/check.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Server, Socket } from "socket.io";
import { z } from "zod";
import { CheckLine } from "../media/check-line.ts";
import { DtlsParameters } from "../media/mediasoup-values.ts";
import type { RoomServices } from "../media/room-services.ts";

/** A check takes some 15 s; one on a bad network twice that. */
const LIFE_MS = 90_000;
/** Checks of a media node at once: the calls come first. */
const MAX_CHECKS = 20;
/** Messages of one check: a dozen are needed. */
const MAX_MESSAGES = 60;

const Handshake = z.object({ token: z.string().max(4096) });
const SctpStreamParameters = z.object({
  streamId: z.number().int().min(0).max(65_534),
  ordered: z.boolean().optional(),
  maxRetransmits: z.number().int().min(0).max(100).optional(),
});

type Services = Pick<RoomServices, "engine" | "links" | "log">;
type Answers = {
  [Name in CheckRequestName]: (payload: z.infer<(typeof CheckRequests)[Name]>) => Promise<CheckReply<Name>>;
};

/** Lets those who hold a check's token try out the way to this media node: nothing of any room is within their reach. */
export function serveChecks(io: Server, services: Services): void {
  let checks = 0;
  const namespace = io.of(CHECK_NAMESPACE);
  namespace.use((socket, next) => {
    const handshake = Handshake.safeParse(socket.handshake.auth);
    const claims = handshake.success ? services.links.check.open(handshake.data.token) : undefined;
    if (!claims || claims.expires_at * 1000 <= Date.now()) next(new Error("authentication_error"));
    else if (checks >= MAX_CHECKS) next(new Error("unavailable"));
    else next();
  });
  namespace.on("connection", (socket) => {
    checks += 1;
    const line = CheckLine.open(services.engine);
    const ending = setTimeout(() => socket.disconnect(true), LIFE_MS);
    socket.on("disconnect", () => {
      checks -= 1;
      clearTimeout(ending);
      // A router that could not be opened was told to whoever asked for it.
      line.then((opened) => opened.close()).catch(() => undefined);
    });
    // Heard where it is asked for; it must not end the process where nothing is.
    line.catch(() => undefined);
    answerMessages(socket, answersOf(line), services);
  });
}

function answersOf(line: Promise<CheckLine>): Answers {
  return {
    "line.open": async ({ protocol }) => {
      const own = await line;
      const transport = await own.openTransport(protocol);
      const { id, iceParameters, dtlsParameters, sctpParameters } = transport;
      return {
        router_rtp_capabilities: { ...own.rtpCapabilities },
        id,
        ice_parameters: { ...iceParameters },
        ice_candidates: own.candidatesOf(transport).map((candidate) => ({ ...candidate })),
        dtls_parameters: { ...dtlsParameters },
        sctp_parameters: { ...sctpParameters },
      };
    },
    "line.connect": async ({ transport_id, dtls_parameters }) => {
      await (await line).connect(transport_id, parse(DtlsParameters, dtls_parameters));
      return {};
    },
    "line.produce": async ({ transport_id, sctp_stream_parameters }) => ({
      id: await (await line).produce(transport_id, parse(SctpStreamParameters, sctp_stream_parameters)),
    }),
    "line.received": async ({ transport_id }) => (await line).received(transport_id),
  };
}

function answerMessages(socket: Socket, answers: Answers, { log }: Services): void {
  let messages = 0;
  const serve = <Name extends CheckRequestName>(name: Name) => {
    socket.on(name as string, (payload: unknown, acknowledge: unknown) => {
      messages += 1;
      if (typeof acknowledge !== "function" || messages > MAX_MESSAGES) {
        socket.disconnect(true);
        return;
      }
      const answer = async () =>
        answers[name](parse(CheckRequests[name], payload) as z.infer<(typeof CheckRequests)[Name]>);
      answer().then(
        (data) => acknowledge({ ok: true, data }),
        (error: unknown) => {
          if (!(error instanceof AppError)) log.error({ err: error, message: name }, "a check failed");
          acknowledge({ ok: false, code: error instanceof AppError ? error.code : "internal_error" });
        },
      );
    });
  };
  serve("line.open");
  serve("line.connect");
  serve("line.produce");
  serve("line.received");
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new AppError("validation_error", "The message is not as it should be.");
  return parsed.data;
}
