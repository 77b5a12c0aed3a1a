import type { Language } from "@nexbasira/core/contract/common.ts";
import { CreateSession } from "@nexbasira/core/contract/session.ts";

/** What the form of a new inspection holds, as typed. */
export interface InspectionDraft {
  name: string;
  channel: "sms" | "email" | "link";
  phone: string;
  email: string;
  locale: Language;
  reference: string;
  address: string;
  signature: boolean;
  recording: boolean;
}

/** Where the form can be wrong. */
type DraftField = "name" | "phone" | "email" | "reference" | "address";

/** The field has nothing in it, or something that cannot be right. */
type DraftProblem = "missing" | "invalid" | "too_long";

export function emptyDraft(locale: Language): InspectionDraft {
  return {
    name: "",
    channel: "sms",
    phone: "",
    email: "",
    locale,
    reference: "",
    address: "",
    signature: true,
    recording: true,
  };
}

/** A number as people write it, `+33 (0)6 12-34` or `0033 6…`, as E.164 wants it. */
export function normalizePhone(typed: string): string {
  const compact = typed.replace(/\(0\)|[\s().\-/]/g, "");
  return compact.startsWith("00") ? `+${compact.slice(2)}` : compact;
}

export type DraftProblems = Partial<Record<DraftField, DraftProblem>>;

export type DraftResult = { ok: true; body: CreateSession } | { ok: false; problems: DraftProblems };

const FIELD_OF_PATH: Record<string, DraftField> = {
  "participant.name": "name",
  "participant.phone": "phone",
  "participant.email": "email",
  reference: "reference",
  "location.address": "address",
};

/** The field of the form that a path of the API's body belongs to. */
export function fieldOfPath(path: string | undefined): DraftField | undefined {
  return path === undefined ? undefined : FIELD_OF_PATH[path];
}

/** The body of `POST /v1/sessions`, or what is wrong with each field, by the very schema the server uses. */
export function bodyOfDraft(draft: InspectionDraft): DraftResult {
  const address = draft.address.trim();
  const parsed = CreateSession.safeParse({
    type: "field_inspection",
    reference: draft.reference,
    participant: {
      name: draft.name,
      channel: draft.channel,
      ...(draft.channel === "sms" ? { phone: normalizePhone(draft.phone) } : {}),
      ...(draft.channel === "email" ? { email: draft.email.trim() } : {}),
      locale: draft.locale,
    },
    signature: { level: draft.signature ? "ses" : "none" },
    recording: draft.recording,
    ...(address === "" ? {} : { location: { address } }),
  });
  if (parsed.success) return { ok: true, body: parsed.data };
  const problems: DraftProblems = {};
  for (const issue of parsed.error.issues) {
    const field = fieldOfPath(issue.path.join("."));
    if (field === undefined) continue;
    problems[field] ??= draft[field].trim() === "" ? "missing" : issue.code === "too_big" ? "too_long" : "invalid";
  }
  return { ok: false, problems };
}
