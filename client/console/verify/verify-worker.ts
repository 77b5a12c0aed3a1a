import { TrustError, Unreadable, verify } from "../../../sdk/verify/src/index.ts";
import type { VerifyMessage, VerifyRequest } from "./verify-messages.ts";

/* Judges a file beside the page, so that the page stays usable with one of any size. It asks nothing of any server. */

const send = (message: VerifyMessage): void => self.postMessage(message);

self.addEventListener("message", async ({ data }: MessageEvent<VerifyRequest>) => {
  try {
    const { file, trust } = data;
    const report = await verify(file, { ...trust, onProgress: (share) => send({ kind: "progress", share }) });
    send({ kind: "report", report });
  } catch (error) {
    if (error instanceof Unreadable) send({ kind: "failed", code: error.code, message: error.message });
    else if (error instanceof TrustError) send({ kind: "failed", code: "trust", message: error.message });
    else throw error;
  }
});
