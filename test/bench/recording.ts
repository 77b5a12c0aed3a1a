import type { Bench } from "./bench.ts";
import { measureClips } from "./recording-clips.ts";
import { measureFinaliserKills } from "./recording-finaliser-kills.ts";
import { measureLipSync } from "./recording-lip-sync.ts";
import { measureMediaKills } from "./recording-media-kills.ts";

/**
 * What `media.md` asks of recordings: clips in time, lip sync, and what kills of either side cost. `--minutes 30` is the
 * lip sync run over half an hour.
 */
export const recording: Bench<"clips" | "minutes" | "kills"> = {
  about: "clips, finaliser, lip sync, and kills of the media process and the finaliser, beside ffmpeg alone",
  options: { clips: 12, minutes: 4, kills: 20 },
  limit_s: ({ clips, minutes, kills }) => 600 + 30 * clips + 60 * minutes + 60 * kills,
  run: async (context, { clips, minutes, kills }) => [
    ...(await measureClips(context, clips)),
    ...(await measureLipSync(context, minutes)),
    ...(await measureFinaliserKills(context, kills)),
    ...(await measureMediaKills(context, kills)),
  ],
};
