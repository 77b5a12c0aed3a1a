import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import { sendCapture } from "@nexbasira/ui/capture/send-capture.ts";
import { openStore } from "./open-store.ts";

/** Sends what is left of a session that is over: the access token outlives it by a day. */
export async function lateQueue(answer: JoinAnswer): Promise<CaptureQueue> {
  return new CaptureQueue({
    participantId: answer.participant_id,
    store: await openStore(),
    send: sendCapture,
    accessToken: () => answer.access_token,
    renewAccess: async () => undefined,
    clockOffsetMs: () => null,
    onStored: () => undefined,
  });
}
