import { createHash } from "node:crypto";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import {
  findIdempotentAnswer,
  lockIdempotencyKey,
  storeIdempotentAnswer,
} from "@nexbasira/core/database/idempotency-keys.ts";
import { decryptFernet, encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import type { Response } from "express";
import type { CallerRequest } from "./caller.ts";

const MAX_KEY_CHARACTERS = 255;

interface Answer {
  status: number;
  body: unknown;
}

interface Work {
  /** What must go well first and takes its time: done outside the transaction, and not for an answer that is stored. */
  before?: () => Promise<void>;
  effect: (transaction: Transaction) => Promise<Answer>;
}

interface Context {
  database: Database;
  configuration: Pick<Configuration, "masterKeys">;
}

/**
 * Runs a POST's effect and stores its answer under the caller's `Idempotency-Key` in one transaction: the same key
 * and body again get the stored answer, another body 422, a second request while the first runs 409. An effect that
 * throws leaves nothing behind, so it may be tried again. Answers hold secrets (a signing secret, a join link), so they
 * are stored encrypted.
 */
export async function answerOnce(
  { database, configuration: { masterKeys } }: Context,
  { request, response, caller }: CallerRequest,
  { before, effect }: Work,
): Promise<void> {
  const key = request.get("idempotency-key");
  if (key === undefined) {
    await before?.();
    const answer = await inTransaction(database, effect);
    response.status(answer.status).json(answer.body);
    return;
  }
  if (key === "" || key.length > MAX_KEY_CHARACTERS) {
    throw new AppError("validation_error", `Idempotency-Key must have 1 to ${MAX_KEY_CHARACTERS} characters.`, {
      param: "Idempotency-Key",
    });
  }
  const path = `${request.baseUrl.replace("/api/v1/public", "/v1")}${request.path}`;
  const scope = `${caller.actor.type}:${caller.actor.id} ${request.method} ${path}`;
  const requestHash = createHash("sha256")
    .update(JSON.stringify(request.body ?? null))
    .digest("hex");
  const stored = async (from: Database) => {
    const found = await findIdempotentAnswer(from, scope, key);
    if (found && found.request_hash !== requestHash) {
      throw new AppError("idempotency_key_reused", "This Idempotency-Key was used with another body.");
    }
    return found && { status: found.response_status, text: decryptFernet(masterKeys, found.response_body) };
  };
  if (before) {
    const replay = await stored(database);
    if (replay) return sendReplay(response, replay);
    await before();
  }
  const answer = await inTransaction(database, async (transaction) => {
    if (!(await lockIdempotencyKey(transaction, scope, key))) {
      throw new AppError("idempotency_in_progress", "The first request with this Idempotency-Key is still running.");
    }
    const replay = await stored(transaction);
    if (replay) return { ...replay, replayed: true };
    const made = await effect(transaction);
    const text = JSON.stringify(made.body);
    await storeIdempotentAnswer(transaction, {
      scope,
      key,
      request_hash: requestHash,
      response_status: made.status,
      response_body: encryptFernet(masterKeys, text),
    });
    return { status: made.status, text, replayed: false };
  });
  if (answer.replayed) return sendReplay(response, answer);
  response.status(answer.status).type("application/json").send(answer.text);
}

function sendReplay(response: Response, { status, text }: { status: number; text: string }): void {
  response.set("Idempotent-Replayed", "true");
  response.status(status).type("application/json").send(text);
}
