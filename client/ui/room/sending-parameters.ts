import type { Rung } from "./sending-ladder.ts";

/** How a camera is to be sent. */
export interface CameraShape {
  rung: Rung;
  /** In two layers (simulcast), because people on mixed networks watch. */
  simulcast: boolean;
}

/** What is set of an `RTCRtpEncodingParameters`. */
export interface SentEncoding {
  active: boolean;
  /** Bits per second. */
  maxBitrate: number;
  maxFramerate: number;
  scaleResolutionDownBy: number;
}

/** The shorter side of a photo in pixels, as it fits the way. */
const STILL_PX = 540;
const SMALL_STILL_PX = 360;
/** The smaller layer's share of the larger one's bitrate: it has a quarter of the pixels. */
const SMALL_LAYER = 0.2;

/**
 * The encodings of a camera, the smaller layer first. `height` is the picture's shorter side in pixels.
 *
 * A photo is one frame a second: Chromium sends nothing at all at half a frame, and the SFU takes a stream that is silent
 * for more than 1.5 s for dead. Measured on a line of 100 kbit/s, sound included: all of the picture at 10 frames a second
 * lost 12 % of the sound; photos of 540 px with 250 kbit/s at most 10 %, until the queue was empty; small ones none.
 */
export function cameraEncodings({ rung, simulcast }: CameraShape, height: number): SentEncoding[] {
  const large = largeLayer(rung, height);
  if (!simulcast) return [large];
  const small = {
    // A photo for everybody: two of them would take each other's room.
    active: rung === "full" || rung === "low_frame_rate",
    maxBitrate: Math.round(large.maxBitrate * SMALL_LAYER),
    maxFramerate: large.maxFramerate,
    scaleResolutionDownBy: large.scaleResolutionDownBy * 2,
  };
  return [small, large];
}

function largeLayer(rung: Rung, height: number): SentEncoding {
  const downTo = (pixels: number): number => Math.max(1, height / pixels);
  const whole = { active: true, scaleResolutionDownBy: 1 };
  switch (rung) {
    case "full":
      return { ...whole, maxBitrate: fullBitrate(height), maxFramerate: 30 };
    case "low_frame_rate":
      return { ...whole, maxBitrate: 1_000_000, maxFramerate: 10 };
    case "stills":
      return { active: true, maxBitrate: 250_000, maxFramerate: 1, scaleResolutionDownBy: downTo(STILL_PX) };
    case "small_stills":
      return { active: true, maxBitrate: 20_000, maxFramerate: 1, scaleResolutionDownBy: downTo(SMALL_STILL_PX) };
  }
}

/** A moving phone is sharp at this rate; congestion control goes below it by itself. */
function fullBitrate(height: number): number {
  return height <= 480 ? 1_200_000 : height <= 720 ? 2_500_000 : 4_000_000;
}

/**
 * The encoding of a voice, which goes before any picture. Speech is clear at 24 kbit/s: where the picture is given up, it
 * takes no more than that.
 */
export function soundEncodings({ rung }: CameraShape): Partial<RTCRtpEncodingParameters>[] {
  const maxBitrate = rung === "stills" || rung === "small_stills" ? 24_000 : 48_000;
  return [{ priority: "high", networkPriority: "high", maxBitrate }];
}

/**
 * Sets what is sent, where it is not so already: Chromium begins a new encoder for some changes.
 *
 * @throws {DOMException} where the browser refuses it.
 */
export async function applyEncodings(
  sender: RTCRtpSender,
  wanted: readonly Partial<RTCRtpEncodingParameters>[],
  degradationPreference?: RTCDegradationPreference,
): Promise<void> {
  const parameters = sender.getParameters();
  const changed = parameters.encodings.some((encoding, index) => !includes(encoding, wanted[index] ?? {}));
  if (!changed && parameters.degradationPreference === degradationPreference) return;
  parameters.encodings.forEach((encoding, index) => {
    Object.assign(encoding, wanted[index]);
  });
  if (degradationPreference === undefined) delete parameters.degradationPreference;
  else parameters.degradationPreference = degradationPreference;
  await sender.setParameters(parameters);
}

function includes(encoding: object, wanted: object): boolean {
  const has = new Map<string, unknown>(Object.entries(encoding));
  return Object.entries(wanted).every(([name, value]) => has.get(name) === value);
}
