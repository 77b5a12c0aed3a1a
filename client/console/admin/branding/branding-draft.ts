import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import { type Branding, UpdateBranding } from "@nexbasira/core/contract/branding.ts";

/** What the form of the branding holds, as typed. */
export interface BrandingDraft {
  name: string;
  /** A new logo as a data URL; null: none; undefined: the one that is there. */
  logo: string | null | undefined;
  accent: string;
  theme: Branding["theme"];
  domain: string;
  email_sender_name: string;
  sms_sender_name: string;
}

/** Where the form can be wrong. */
export type BrandingField = Exclude<keyof BrandingDraft, "theme">;

export function draftOf({ name, accent, theme, domain, email_sender_name, sms_sender_name }: Branding): BrandingDraft {
  return {
    name,
    logo: undefined,
    accent,
    theme,
    domain: domain ?? "",
    email_sender_name: email_sender_name ?? "",
    sms_sender_name: sms_sender_name ?? "",
  };
}

export interface BrandingChange {
  /** What differs from the branding that is there; empty where nothing does. */
  body: UpdateBranding;
  /** The fields that cannot be right, by the very schema the server uses. */
  wrong: ReadonlySet<BrandingField>;
}

/** A `#`-colour from what people type: with or without `#`, short or long. */
export function normalizeColor(typed: string): string {
  const digits = typed.trim().replace(/^#/, "").toLowerCase();
  return `#${/^[0-9a-f]{3}$/.test(digits) ? digits.replace(/./g, "$&$&") : digits}`;
}

export function changeOf(branding: Branding, draft: BrandingDraft): BrandingChange {
  const before = draftOf(branding);
  const typed = {
    name: draft.name.trim(),
    accent: normalizeColor(draft.accent),
    theme: draft.theme,
    domain: draft.domain.trim().toLowerCase(),
    email_sender_name: draft.email_sender_name.trim(),
    sms_sender_name: draft.sms_sender_name.trim(),
  };
  const body: Record<string, unknown> = {};
  if (typed.name !== before.name) body.name = typed.name;
  if (typed.accent !== before.accent.toLowerCase()) body.accent = typed.accent;
  if (typed.theme !== before.theme) body.theme = typed.theme;
  for (const field of ["domain", "email_sender_name", "sms_sender_name"] as const) {
    if (typed[field] !== before[field]) body[field] = typed[field] === "" ? null : typed[field];
  }
  if (draft.logo !== undefined && (draft.logo !== null || branding.logo_url !== null)) body.logo = draft.logo;
  const parsed = UpdateBranding.safeParse(body);
  const paths = parsed.success ? [] : parsed.error.issues.map(({ path }) => path[0]);
  const wrong = new Set(FIELDS.filter((field) => paths.includes(field)));
  if (!wrong.has("accent") && shadesOf(typed.accent) === undefined) wrong.add("accent");
  return { body: parsed.success ? parsed.data : {}, wrong };
}

const FIELDS = ["name", "logo", "accent", "domain", "email_sender_name", "sms_sender_name"] as const;

/** The field of the form that a path of the API's body belongs to. */
export function fieldOfPath(path: string | undefined): BrandingField | undefined {
  return FIELDS.find((field) => field === path);
}
