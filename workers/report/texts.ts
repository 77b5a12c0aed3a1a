import type { Language } from "@nexbasira/core/contract/common.ts";
import { cs } from "./texts/cs.ts";
import { de } from "./texts/de.ts";
import { en, type Texts } from "./texts/en.ts";
import { fr } from "./texts/fr.ts";

export type { Texts } from "./texts/en.ts";

/** The report's words by language. */
export const TEXTS: Record<Language, Texts> = { en, fr, cs, de };
