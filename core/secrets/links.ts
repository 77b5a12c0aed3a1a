import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { CheckClaims } from "../contract/check.ts";
import { AccessClaims } from "../contract/join.ts";
import { deriveKey, TokenSealer } from "./sealed-token.ts";

/** Whom a link was made for: whoever uses it is named so in the audit log. */
const LinkHolder = z.object({ type: z.enum(["member", "participant", "api_key", "system"]), id: z.string() });
export type LinkHolder = z.infer<typeof LinkHolder>;

/** What a link leads to, for the audit log. */
const LinkedObject = z.object({
  org_id: z.number().int(),
  session_id: z.string(),
  type: z.enum(["evidence_item", "recording", "evidence_file", "evidence_bundle", "participant_signature"]),
  id: z.string(),
  /** Of the object's own bytes, where the link leads to a derivative of it. */
  sha256: z.string().optional(),
});
export type LinkedObject = z.infer<typeof LinkedObject>;

/** What a short-lived download link says. */
const FileClaims = z.object({
  /** Storage key. */
  k: z.string(),
  /** Media type. */
  t: z.string(),
  /** File name for saving; absent: shown in place. */
  n: z.string().optional(),
  /** Shown in place all the same; the name is for whoever saves it from there. */
  i: z.literal(1).optional(),
  /** Seconds since 1970. */
  e: z.number().int(),
  /** What is noted in the audit log when it is used; absent for what is no evidence, and for the small pictures of lists. */
  o: LinkedObject.optional(),
  h: LinkHolder.optional(),
  /** The session whose small picture it is, with which it ends; absent where `o` says it, and for logos. */
  s: z.string().optional(),
});
export type FileClaims = z.infer<typeof FileClaims>;

/** What a short-lived link to an evidence bundle says. */
const BundleClaims = z.object({
  /** The session. */
  s: z.string(),
  /** Seconds since 1970. */
  e: z.number().int(),
  h: LinkHolder,
});
export type BundleClaims = z.infer<typeof BundleClaims>;

const FILE_LINK_S = 3600;
const JOIN_MAC_CHARACTERS = 22;

export interface LinkOptions {
  publicUrl: string;
  phoneUrl: string | null;
  secret: string;
  pageRelative?: boolean;
  /** Host names that are served for one organization each. */
  brandDomains?: ReadonlyMap<string, number>;
  /** Whom download links are for; see `for`. */
  holder?: LinkHolder;
}

/** Makes and reads every link and token that this installation hands out. No token is stored. */
export class Links {
  readonly publicUrl: string;
  /** The address by which phones in the same network reach a development server. */
  readonly phoneUrl: string | null;
  /** Whether any organization has hosts of its own. */
  readonly hasBrandDomains: boolean;
  readonly access: TokenSealer<typeof AccessClaims>;
  /** For the check before a call. */
  readonly check: TokenSealer<typeof CheckClaims>;
  readonly #files: TokenSealer<typeof FileClaims>;
  readonly #bundles: TokenSealer<typeof BundleClaims>;
  readonly #joinKey: Buffer;
  readonly #fileBase: string;
  readonly #brandDomains: ReadonlyMap<string, number>;
  readonly #holder: LinkHolder;
  readonly #options: LinkOptions;

  /** `pageRelative`: download links without a host, for our own pages, which are reached by several addresses. */
  constructor(options: LinkOptions) {
    this.#options = options;
    this.#brandDomains = options.brandDomains ?? new Map();
    this.hasBrandDomains = this.#brandDomains.size > 0;
    this.#holder = options.holder ?? { type: "system", id: options.pageRelative ? "room" : "event" };
    this.#fileBase = options.pageRelative ? "" : options.publicUrl.replace(/\/$/, "");
    this.publicUrl = options.publicUrl.replace(/\/$/, "");
    this.phoneUrl = options.phoneUrl?.replace(/\/$/, "") ?? null;
    this.access = new TokenSealer(options.secret, "access", AccessClaims);
    this.check = new TokenSealer(options.secret, "check", CheckClaims);
    this.#files = new TokenSealer(options.secret, "file", FileClaims);
    this.#bundles = new TokenSealer(options.secret, "bundle", BundleClaims);
    this.#joinKey = deriveKey(options.secret, "join");
  }

  /**
   * The same, whose download links are for one holder. Without it they are for whoever is in the room, where they are
   * links of our pages, and for whoever receives an event, where they have a host.
   */
  for(holder: LinkHolder): Links {
    return new Links({ ...this.#options, holder });
  }

  /** The token of a join link: the link's id without its prefix, and 132 bits of HMAC over it. */
  joinToken(linkId: string): string {
    const id = linkId.slice(linkId.indexOf("_") + 1);
    return id + createHmac("sha256", this.#joinKey).update(id).digest("base64url").slice(0, JOIN_MAC_CHARACTERS);
  }

  /** A join link on the organization's own host, where it has one and the operator still serves it. */
  joinUrl(linkId: string, organization?: { id: number; domain: string | null }): string {
    const { id, domain = null } = organization ?? {};
    const own = domain !== null && id !== undefined && this.servesDomain(id, domain);
    return `${own ? `https://${domain}` : this.publicUrl}/s/${this.joinToken(linkId)}`;
  }

  /** Whether the operator serves this host name for the organization. */
  servesDomain(organizationId: number, domain: string): boolean {
    return this.#brandDomains.get(domain) === organizationId;
  }

  /** The link's id, or undefined for a token that was not made here. */
  readJoinToken(token: string): string | undefined {
    if (!/^[0-9A-Z]{26}[A-Za-z0-9_-]{22}$/.test(token)) return undefined;
    const linkId = `jln_${token.slice(0, 26)}`;
    const expected = Buffer.from(this.joinToken(linkId));
    return timingSafeEqual(expected, Buffer.from(token)) ? linkId : undefined;
  }

  /**
   * A download link that works for an hour without any other credential. Its use is noted where it says what it is `of`;
   * a small picture of a list names its `session` alone. With either it ends when the session's contents are deleted.
   */
  fileUrl(
    file: {
      key: string;
      mediaType: string;
      saveAs?: string;
      inline?: boolean;
      of?: LinkedObject;
      session?: string;
    },
    now = Date.now(),
  ): string {
    const expires = linkEnd(now);
    const name = file.saveAs === undefined ? {} : { n: file.saveAs };
    const use = file.of ? { o: file.of, h: this.#holder } : {};
    const place = file.inline ? { i: 1 as const } : {};
    const session = file.session === undefined ? {} : { s: file.session };
    const claims = { k: file.key, t: file.mediaType, e: expires, ...name, ...place, ...use, ...session };
    return `${this.#fileBase}/files/${this.#files.seal(claims)}`;
  }

  /** A link to a session's evidence bundle that works for an hour without any other credential. */
  bundleUrl(sessionId: string, now = Date.now()): string {
    return `${this.#fileBase}/bundles/${this.#bundles.seal({ s: sessionId, e: linkEnd(now), h: this.#holder })}`;
  }

  /** What a link to a bundle says; undefined when it is forged or its time is over. */
  readBundleToken(token: string, now = Date.now()): BundleClaims | undefined {
    const claims = this.#bundles.open(token);
    return claims && claims.e * 1000 > now ? claims : undefined;
  }

  /** The address of one of our own paths, as download links have it. */
  here(path: string): string {
    return this.#fileBase + path;
  }

  /** What a download link says; undefined when it is forged or its time is over. */
  readFileToken(token: string, now = Date.now()): FileClaims | undefined {
    const claims = this.#files.open(token);
    return claims && claims.e * 1000 > now ? claims : undefined;
  }
}

/** Rounded up to the quarter hour, so that a page read twice shows the same address and the browser's cache holds. */
function linkEnd(now: number): number {
  return Math.ceil((now / 1000 + FILE_LINK_S) / 900) * 900;
}
