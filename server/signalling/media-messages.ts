import { AppError } from "@nexbasira/core/contract/errors.ts";
import { DtlsParameters, parseMedia, RtpCapabilities, RtpParameters } from "../media/mediasoup-values.ts";
import type { MessageHandlers } from "./message-handler.ts";

const SOURCE_KIND = { camera: "video", microphone: "audio" } as const;

/** Transports, producers and consumers of the one who sends the message. */
export const mediaMessages = {
  "transport.create": async ({ services, person }, { direction }) => {
    const transport = await person.media.createTransport(direction);
    return {
      transport_id: transport.id,
      ice_parameters: { ...transport.iceParameters },
      ice_candidates: services.engine.candidatesOf(transport).map((candidate) => ({ ...candidate })),
      dtls_parameters: { ...transport.dtlsParameters },
    };
  },

  "transport.connect": async ({ person }, { transport_id, dtls_parameters }) => {
    await person.media.connectTransport(transport_id, parseMedia(DtlsParameters, "dtls_parameters", dtls_parameters));
    return {};
  },

  "transport.restart-ice": async ({ person }, { transport_id }) => {
    return { ice_parameters: { ...(await person.media.restartIce(transport_id)) } };
  },

  "producer.create": async ({ person }, { transport_id, kind, source, rtp_parameters, paused }) => {
    if (SOURCE_KIND[source] !== kind) throw new AppError("validation_error", `A ${source} does not send ${kind}.`);
    if (person.role === "observer" && kind === "video") {
      throw new AppError("permission_denied", "An observer sends no picture.");
    }
    const rtpParameters = parseMedia(RtpParameters, "rtp_parameters", rtp_parameters);
    const producer = await person.media.produce(transport_id, { kind, source, rtpParameters, paused });
    return { producer_id: producer.id };
  },

  "producer.pause": async ({ person }, { producer_id }) => {
    await person.media.setProducerPaused(producer_id, true);
    return {};
  },

  "producer.resume": async ({ person }, { producer_id }) => {
    await person.media.setProducerPaused(producer_id, false);
    return {};
  },

  "producer.close": async ({ person }, { producer_id }) => {
    person.media.closeProducer(producer_id);
    return {};
  },

  "consumer.create": async ({ room, person }, { transport_id, producer_id, rtp_capabilities }) => {
    if (!room.producers.some(({ producer }) => producer.id === producer_id)) {
      throw new AppError("not_found", "There is no such producer.");
    }
    const capabilities = parseMedia(RtpCapabilities, "rtp_capabilities", rtp_capabilities);
    const consumer = await person.media.consume(transport_id, producer_id, capabilities);
    const { id, kind, rtpParameters } = consumer;
    return { consumer_id: id, producer_id, kind, rtp_parameters: { ...rtpParameters } };
  },

  "consumer.resume": async ({ person }, { consumer_id }) => {
    await person.media.setConsumerPaused(consumer_id, false);
    return {};
  },

  "consumer.pause": async ({ person }, { consumer_id }) => {
    await person.media.setConsumerPaused(consumer_id, true);
    return {};
  },
} satisfies Partial<MessageHandlers>;
