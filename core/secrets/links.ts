import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { CheckClaims } from "../contract/check.ts";
import { AccessClaims } from "../contract/join.ts";
import { deriveKey, TokenSealer } from "./sealed-token.ts";

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
});
export type FileClaims = z.infer<typeof FileClaims>;

const FILE_LINK_S = 3600;
const JOIN_MAC_CHARACTERS = 22;

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
  readonly #joinKey: Buffer;
  readonly #fileBase: string;
  readonly #brandDomains: ReadonlyMap<string, number>;

  /** `pageRelative`: download links without a host, for our own pages, which are reached by several addresses. */
  constructor(options: {
    publicUrl: string;
    phoneUrl: string | null;
    secret: string;
    pageRelative?: boolean;
    /** Host names that are served for one organization each. */
    brandDomains?: ReadonlyMap<string, number>;
  }) {
    this.#brandDomains = options.brandDomains ?? new Map();
    this.hasBrandDomains = this.#brandDomains.size > 0;
    this.#fileBase = options.pageRelative ? "" : options.publicUrl.replace(/\/$/, "");
    this.publicUrl = options.publicUrl.replace(/\/$/, "");
    this.phoneUrl = options.phoneUrl?.replace(/\/$/, "") ?? null;
    this.access = new TokenSealer(options.secret, "access", AccessClaims);
    this.check = new TokenSealer(options.secret, "check", CheckClaims);
    this.#files = new TokenSealer(options.secret, "file", FileClaims);
    this.#joinKey = deriveKey(options.secret, "join");
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

  /** A download link that works for an hour without any other credential. */
  fileUrl(file: { key: string; mediaType: string; saveAs?: string; inline?: boolean }, now = Date.now()): string {
    // Rounded up to the quarter hour, so that a page read twice shows the same address and the browser's cache holds.
    const expires = Math.ceil((now / 1000 + FILE_LINK_S) / 900) * 900;
    const name = file.saveAs === undefined ? {} : { n: file.saveAs };
    const claims = { k: file.key, t: file.mediaType, e: expires, ...name, ...(file.inline ? { i: 1 as const } : {}) };
    return `${this.#fileBase}/files/${this.#files.seal(claims)}`;
  }

  /** What a download link says; undefined when it is forged or its time is over. */
  readFileToken(token: string, now = Date.now()): FileClaims | undefined {
    const claims = this.#files.open(token);
    return claims && claims.e * 1000 > now ? claims : undefined;
  }
}
