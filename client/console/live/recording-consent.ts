import { CONSENT_TEXT_VERSION } from "@nexbasira/core/contract/join.ts";
import { LANGUAGES } from "@nexbasira/ui/i18n.ts";
import { readStored, writeStored } from "@nexbasira/ui/theme.ts";
import { z } from "zod";

/** A member's answer whether their voice and camera may be recorded, and the language they were asked in. */
const RecordingConsent = z.object({ recording: z.boolean(), language: z.enum(LANGUAGES) });
export type RecordingConsent = z.infer<typeof RecordingConsent>;

/** With the version of the text that was answered. */
const StoredConsent = RecordingConsent.extend({ version: z.string() });

function keyOf(userId: string): string {
  return `nexbasira.recording-consent.${userId}`;
}

/** What this member answered in this browser to the text as it is now; undefined where they have to be asked. */
export function storedConsent(userId: string): RecordingConsent | undefined {
  const stored = readStored(keyOf(userId));
  if (stored === null) return undefined;
  try {
    const { version, ...consent } = StoredConsent.parse(JSON.parse(stored));
    return version === CONSENT_TEXT_VERSION ? consent : undefined;
  } catch {
    // Not what this page writes: then it is asked again.
    return undefined;
  }
}

export function storeConsent(userId: string, consent: RecordingConsent): void {
  writeStored(keyOf(userId), JSON.stringify({ ...consent, version: CONSENT_TEXT_VERSION }));
}
