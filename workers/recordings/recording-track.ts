import { mediaCodec } from "./media-codec.ts";
import type { PictureSize } from "./media-unit.ts";
import type { TrackUnit } from "./read-track.ts";
import type { TrackSource } from "./scan-recording.ts";
import type { MatroskaTrack } from "./write-matroska.ts";

/** A track of a recording's Matroska file. Times in milliseconds of the recording's time line. */
export interface RecordingTrack {
  participantId: string;
  role: TrackSource["role"];
  kind: TrackSource["kind"];
  /** Its place among the file's tracks of its kind, from 0: what ffmpeg calls `0:v:0` or `0:a:0`. */
  indexOfKind: number;
  /** Pictures, or packets of audio. */
  units: number;
  firstMs: number;
  /** The end of the last packet of audio, the beginning of the last picture. */
  lastMs: number;
  /** Of video: each size of the picture, from when it is seen. */
  pictures: (PictureSize & { fromMs: number })[];
}

/** A track on its way into a file, and what was seen of it as it passed. */
export interface PassingTrack {
  matroska: MatroskaTrack;
  /** What passed so far; null before the first unit. */
  describe(): Omit<RecordingTrack, "indexOfKind"> | null;
}

/** @throws {Permanent} for a codec that rooms do not offer. */
export function passTrack(source: TrackSource, units: AsyncGenerator<TrackUnit>): PassingTrack {
  const { participantId, role, kind, channels, mimeType } = source;
  let seen: { units: number; firstMs: number; lastMs: number } | null = null;
  const pictures: RecordingTrack["pictures"] = [];

  async function* passing(): AsyncGenerator<TrackUnit> {
    for await (const unit of units) {
      const lastMs = unit.ms + unit.durationMs;
      seen = { units: (seen?.units ?? 0) + 1, firstMs: seen?.firstMs ?? unit.ms, lastMs };
      const shown = pictures.at(-1);
      const { picture } = unit;
      if (picture && (picture.width !== shown?.width || picture.height !== shown.height)) {
        pictures.push({ ...picture, fromMs: unit.ms });
      }
      yield unit;
    }
  }

  return {
    matroska: {
      codec: mediaCodec(mimeType).container,
      channels,
      name: `${role} ${kind === "video" ? "camera" : "microphone"}`,
      units: passing(),
    },
    describe: () => (seen ? { participantId, role, kind, ...seen, pictures } : null),
  };
}

/** In the order of the file; what had no unit is not in it. */
export function describeTracks(passed: readonly PassingTrack[]): RecordingTrack[] {
  const counts = { audio: 0, video: 0 };
  return passed.flatMap((track) => {
    const described = track.describe();
    if (!described) return [];
    const indexOfKind = counts[described.kind];
    counts[described.kind] += 1;
    return [{ ...described, indexOfKind }];
  });
}
