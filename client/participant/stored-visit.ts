import { CONSENT_TEXT_VERSION, JoinAnswer, JoinInfo } from "@nexbasira/core/contract/join.ts";
import { readStored, writeStored } from "@nexbasira/ui/theme.ts";
import { z } from "zod";

/*
 * What this phone remembers of a visit, so that a reload, a crash or a closed tab goes on where it was, and what was not
 * sent can still be sent when the session is over.
 */
const StoredVisit = z.object({
  text_version: z.string(),
  consents: z.object({
    camera: z.boolean(),
    microphone: z.boolean(),
    location: z.boolean(),
    recording: z.boolean(),
  }),
  answer: JoinAnswer,
  /** What the link led to, for when it cannot be asked. */
  info: JoinInfo,
  /** Set when the person left by their own will: the link then starts at the welcome page again. */
  left: z.boolean(),
});
export type StoredVisit = z.infer<typeof StoredVisit>;

const PREFIX = "nexbasira.visit.";
const keyOf = (token: string): string => PREFIX + token;

/** The visit by this link, if this phone had one and its consent texts are still the ones shown. */
export function storedVisit(token: string): StoredVisit | null {
  const visit = StoredVisit.safeParse(readJson(readStored(keyOf(token)) ?? ""));
  return visit.success && visit.data.text_version === CONSENT_TEXT_VERSION ? visit.data : null;
}

export function storeVisit(token: string, visit: Omit<StoredVisit, "text_version">): void {
  writeStored(keyOf(token), JSON.stringify({ ...visit, text_version: CONSENT_TEXT_VERSION } satisfies StoredVisit));
}

/** Forgets the way in, once nothing is left to be sent. */
export function forgetVisit(token: string): void {
  try {
    localStorage.removeItem(keyOf(token));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** Whether this phone remembers a visit by any link. */
export function remembersVisits(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(PREFIX));
  } catch {
    // A browser that keeps nothing.
    return false;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Nothing stored, or written by something else.
    return undefined;
  }
}
