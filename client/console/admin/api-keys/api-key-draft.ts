import { CreateApiKey } from "@nexbasira/core/contract/api-key.ts";
import type { Scope } from "@nexbasira/core/contract/permission.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";

/** How long a key may hold. */
export const LIFETIMES = ["unlimited", "30d", "90d", "365d"] as const;
type Lifetime = (typeof LIFETIMES)[number];

/** What the form of a new key holds. */
export interface ApiKeyDraft {
  name: string;
  mode: Mode;
  scopes: readonly Scope[];
  lifetime: Lifetime;
}

/** The scopes of somebody who makes inspections and fetches what comes of them. */
const USUAL_SCOPES = ["sessions:read", "sessions:write", "evidence:read"] as const satisfies Scope[];

export function emptyDraft(mode: Mode): ApiKeyDraft {
  return { name: "", mode, scopes: USUAL_SCOPES, lifetime: "unlimited" };
}

export interface ApiKeyProblems {
  name?: "missing" | "invalid" | "too_long";
  scopes?: "missing";
}

const DAY_S = 86_400;

/** The body of the call that makes the key, or what is wrong with which field, by the very schema the server uses. */
export function bodyOfDraft({ name, mode, scopes, lifetime }: ApiKeyDraft): {
  body: CreateApiKey | undefined;
  problems: ApiKeyProblems;
} {
  const parsed = CreateApiKey.safeParse({
    name,
    mode,
    scopes,
    ...(lifetime === "unlimited" ? {} : { expires_in: Number.parseInt(lifetime, 10) * DAY_S }),
  });
  if (parsed.success) return { body: parsed.data, problems: {} };
  const isWrong = (field: string) => parsed.error.issues.some(({ path }) => path[0] === field);
  const problems: ApiKeyProblems = {};
  if (isWrong("name")) problems.name = name.trim() === "" ? "missing" : name.length > 120 ? "too_long" : "invalid";
  if (isWrong("scopes")) problems.scopes = "missing";
  return { body: undefined, problems };
}
