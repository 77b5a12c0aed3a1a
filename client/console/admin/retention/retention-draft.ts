import type { Retention } from "@nexbasira/core/contract/organization.ts";

/** A time as it is being typed; for ever keeps what was typed, for whoever changes their mind. */
export interface DaysDraft {
  limited: boolean;
  days: string;
}

export interface RetentionDraft {
  evidence: DaysDraft;
  people: DaysDraft;
}

const TEN_YEARS = "3650";
const MOST_DAYS = 36_500;

export function draftOf({ evidence_days, personal_data_days }: Retention): RetentionDraft {
  return { evidence: toDraft(evidence_days), people: toDraft(personal_data_days) };
}

function toDraft(days: number | null): DaysDraft {
  return { limited: days !== null, days: days === null ? TEN_YEARS : String(days) };
}

/** Whole days, 1 to 36,500; null for ever; undefined while it is no such number. */
export function toDays({ limited, days }: DaysDraft): number | null | undefined {
  if (!limited) return null;
  const text = days.trim();
  if (!/^\d{1,5}$/.test(text)) return undefined;
  const count = Number(text);
  return count >= 1 && count <= MOST_DAYS ? count : undefined;
}

/** The rules as the server takes them; undefined while one of them is not right. */
export function daysOf(draft: RetentionDraft): Retention | undefined {
  const [evidence_days, personal_data_days] = [toDays(draft.evidence), toDays(draft.people)];
  if (evidence_days === undefined || personal_data_days === undefined) return undefined;
  return { evidence_days, personal_data_days };
}
