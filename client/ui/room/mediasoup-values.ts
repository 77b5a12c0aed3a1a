import type { types } from "mediasoup-client";
import { z } from "zod";

/*
 * The contract keeps mediasoup's structures opaque, and mediasoup-client checks what it is given (its `ortc` functions
 * throw a TypeError). So these parsers say only that there is an object, and give it its name.
 */
const anObject = (value: unknown): boolean => typeof value === "object" && value !== null;

export const RtpCapabilities = z.custom<types.RtpCapabilities>(anObject);
export const RtpParameters = z.custom<types.RtpParameters>(anObject);
export const IceParameters = z.custom<types.IceParameters>(anObject);
export const IceCandidates = z.array(z.custom<types.IceCandidate>(anObject));
export const DtlsParameters = z.custom<types.DtlsParameters>(anObject);
export const SctpParameters = z.custom<types.SctpParameters>(anObject);
export const IceServers = z.array(z.custom<RTCIceServer>(anObject));
