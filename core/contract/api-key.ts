import { z } from "zod";
import { PlainText, Timestamp } from "./common.ts";
import { Page, PageQuery } from "./pagination.ts";
import { Scope } from "./permission.ts";
import { Mode } from "./session.ts";

const MAX_EXPIRY_S = 5 * 366 * 86_400;

/** An API key as the console shows it: never its secret. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  mode: Mode,
  scopes: z.array(Scope),
  /** How the secret begins, to tell keys apart. */
  prefix: z.string(),
  /** The member who made it; null for one that came with the organization. */
  created_by: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  created_at: Timestamp,
  expires_at: Timestamp.nullable(),
  /** To the minute; null while it was never used. */
  last_used_at: Timestamp.nullable(),
  revoked_at: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyPage = Page(ApiKey);
export type ApiKeyPage = z.infer<typeof ApiKeyPage>;

/** Whether a key opens anything: not when it was revoked or its time is over. */
export const ApiKeyState = z.enum(["active", "ended"]);
export type ApiKeyState = z.infer<typeof ApiKeyState>;

/** `GET /console/api/api-keys`. */
export const ApiKeyQuery = PageQuery.extend({ state: ApiKeyState.optional() });

/** `POST /console/api/api-keys`. */
export const CreateApiKey = z.strictObject({
  name: PlainText(120),
  mode: Mode,
  scopes: z.array(Scope).min(1).max(Scope.options.length),
  /** Seconds from now; without it the key holds until it is revoked. */
  expires_in: z.number().int().min(60).max(MAX_EXPIRY_S).optional(),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;

/** The key and its secret, which is shown in this answer and never again. */
export const CreatedApiKey = ApiKey.extend({ secret: z.string() });
export type CreatedApiKey = z.infer<typeof CreatedApiKey>;
