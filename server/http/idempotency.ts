import { createHash } from "node:crypto";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import {
  claimIdempotencyKey,
  findIdempotentAnswer,
  storeIdempotentAnswer,
} from "@nexbasira/core/database/idempotency-keys.ts";
import { decryptFernet, encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import type { Request, Response } from "express";
import type { Caller } from "./authenticate.ts";

/** What the OpenAPI document says of the header, too. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * How old a stored answer may be, by the token that it is encrypted to, too: whoever can write to the database cannot
 * bring an old one back. The minute is what the clocks of a server and its database may differ by.
 */
const MAXIMUM_AGE_S = 24 * 3600 + 60;

/** A POST's effect. */
export interface Work<Body> {
  /** What must go well first and takes its time: done outside the transaction, and not for an answer that is stored. */
  before?: () => Promise<void>;
  /** Gives the answer's body. */
  effect: (transaction: Transaction) => Promise<Body>;
}

export interface IdempotencyContext {
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
  { database, configuration: { masterKeys } }: IdempotencyContext,
  { request, response, caller }: { request: Request; response: Response; caller: Caller },
  status: number,
  { before, effect }: Work<unknown>,
): Promise<void> {
  const key = request.get("idempotency-key");
  if (key === undefined) {
    await before?.();
    response.status(status).json(await inTransaction(database, effect));
    return;
  }
  if (!KEY.test(key)) {
    throw new AppError("validation_error", "Idempotency-Key must have 1 to 255 visible ASCII characters.", {
      param: "Idempotency-Key",
    });
  }
  const path = `${request.baseUrl.replace("/api/v1/public", "/v1")}${request.path}`;
  const scope = `${caller.actor.type}:${caller.actor.id} ${request.method} ${path}`;
  const requestHash = createHash("sha256")
    .update(JSON.stringify(request.body ?? null))
    .digest("hex");
  const replayOf = (found: Awaited<ReturnType<typeof findIdempotentAnswer>>) => {
    if (found && found.request_hash !== requestHash) {
      throw new AppError("idempotency_key_reused", "This Idempotency-Key was used with another body.");
    }
    return (
      found && {
        status: found.response_status,
        text: decryptFernet(masterKeys, found.response_body, { maximumAge_s: MAXIMUM_AGE_S }),
      }
    );
  };
  if (before) {
    const replay = replayOf(await findIdempotentAnswer(database, scope, key));
    if (replay) return sendReplay(response, replay);
    await before();
  }
  const answer = await inTransaction(database, async (transaction) => {
    const claim = await claimIdempotencyKey(transaction, scope, key);
    if (!claim.held) throw inProgress();
    const replay = replayOf(claim.answer);
    if (replay) return { ...replay, replayed: true };
    const text = JSON.stringify(await effect(transaction));
    const stored = await storeIdempotentAnswer(transaction, {
      scope,
      key,
      request_hash: requestHash,
      response_status: status,
      response_body: encryptFernet(masterKeys, text),
    });
    // The first request ended just while this one took the key. Nothing of this one stays.
    if (!stored) throw inProgress();
    return { status, text, replayed: false };
  });
  if (answer.replayed) return sendReplay(response, answer);
  response.status(answer.status).type("application/json").send(answer.text);
}

function sendReplay(response: Response, { status, text }: { status: number; text: string }): void {
  response.set("Idempotent-Replayed", "true");
  response.status(status).type("application/json").send(text);
}

function inProgress(): AppError {
  return new AppError("idempotency_in_progress", "The first request with this Idempotency-Key is still running.");
}
