import { AppError } from "@nexbasira/core/contract/errors.ts";
import { errors, type types } from "mediasoup";
import { z } from "zod";

/*
 * The contract keeps mediasoup's structures opaque, and mediasoup checks what it is given. These parsers say only that
 * there is an object, and give it its name.
 */
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

export const RtpCapabilities = z.custom<types.RtpCapabilities>(isObject);
export const RtpParameters = z.custom<types.RtpParameters>(isObject);
export const DtlsParameters = z.custom<types.DtlsParameters>(isObject);

/**
 * Runs a call into mediasoup with what a client sent. What mediasoup finds wrong with it is the client's error; what it
 * cannot do because something was closed meanwhile is a conflict.
 */
export async function callMediasoup<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const wrong = error instanceof TypeError || error instanceof RangeError || error instanceof errors.UnsupportedError;
    throw wrong
      ? new AppError("validation_error", "The media parameters are not what the room can work with.", { cause: error })
      : new AppError("conflict", "The media connection does not allow that now.", { cause: error });
  }
}
