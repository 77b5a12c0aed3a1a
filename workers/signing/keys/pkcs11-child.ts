import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { type TokenAnswer, TokenQuestion } from "./pkcs11-messages.ts";
import { Pkcs11Token } from "./pkcs11-token.ts";
import { refusedPins } from "./refused-pins.ts";

/* The process that has the PKCS#11 module: it may hang there or crash, and nothing else does. See pkcs11-process.ts. */

let token: Pkcs11Token | null = null;

process.on("message", async (message) => {
  process.send?.(await answer(message));
});
process.on("disconnect", () => {
  token?.close();
  // Whatever threads the module still has: an ordinary exit would wait for them.
  process.kill(process.pid, "SIGKILL");
});

async function answer(message: unknown): Promise<TokenAnswer> {
  try {
    const question = TokenQuestion.parse(message);
    if (question.call === "open") {
      token = await Pkcs11Token.open(question.source, refusedPins(question.refusedPins));
      return { call: "open" };
    }
    if (!token) throw new Error("The token was not opened");
    if (question.call === "certificates") {
      return { call: "certificates", certificates: await token.readCertificates() };
    }
    return { call: "sign", signature: await token.sign(question.mechanism, question.data) };
  } catch (error) {
    const kind = error instanceof Permanent ? "permanent" : error instanceof Retryable ? "retryable" : "error";
    return { call: "failed", kind, message: error instanceof Error ? error.message : String(error) };
  }
}
