import { Me } from "@nexbasira/core/contract/console.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import { z } from "zod";

/** The member who is signed in; null when nobody is. */
export async function readMe(signal: AbortSignal): Promise<Me | null> {
  try {
    return await fetchJson("/console/api/me", { schema: Me, signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** @throws {ApiError} with status 401 for a wrong address or password, 429 after too many tries. */
export async function signIn(email: string, password: string): Promise<void> {
  await fetchJson("/auth/sign-in/email", { schema: z.unknown(), body: { email, password } });
}

export async function signOut(): Promise<void> {
  await fetchJson("/auth/sign-out", { schema: z.unknown(), body: {} });
}
