/*
 * What the API's description says once for all operations.
 */

export const INTRODUCTION = `
Everything the product does, from your own code: create an inspection, follow it, and receive its evidence.

**Conventions.** JSON in UTF-8 with snake_case names; times in ISO 8601, UTC, to the second. A field that a request does
not know is refused; an answer may gain fields, which a client must ignore. Lists are read page by page: pass
\`next_cursor\` as \`cursor\` until \`has_more\` is false; rows that are added meanwhile neither hide nor repeat any.

**Errors** are problem details (RFC 9457) with a stable \`code\`, the \`param\` at fault where there is one, and the
\`request_id\` that is also in every answer's \`X-Request-Id\`.

**Idempotency.** Send an \`Idempotency-Key\` with every POST: repeated within 24 hours, it gets the first answer again and
nothing is done twice. Only an answer that had an effect is kept, so a request that was refused may be sent again with the
same key.

**Limits.** \`X-RateLimit-*\` in every answer tells the narrower of the key's and its organization's limit; beyond it comes
429 with \`Retry-After\`.

**Stability.** Breaking changes live under a new path beside this one for at least 12 months, announced by \`Deprecation\`
and \`Sunset\` headers.
`.trim();

export const TAGS = [
  { name: "Sessions", description: "Create, list, follow and end inspection sessions, and send their links." },
  { name: "Evidence", description: "What was captured, the recordings, and the signed PDF." },
  { name: "Whiteboards", description: "Boards and annotations as SVG and PNG, as they are or were at any moment." },
  {
    name: "Audit log",
    description:
      "Who did what and when, and proofs that nothing of it was changed: checkpoints, anchors, Merkle proofs.",
  },
  { name: "Webhooks", description: "Where events are sent, and how each delivery went." },
  { name: "Branding", description: "The organization's name, logo and colours." },
  { name: "Organization", description: "Quotas and their use, members and roles." },
  { name: "Events", description: "What your endpoints receive, signed by `NB-Signature`." },
];

const text = (description: string) => ({ description, schema: { type: "string" } });
const count = (description: string) => ({ description, schema: { type: "integer", minimum: 0 } });

export const HEADERS = {
  "X-Request-Id": text("The request's id, as it stands in our log."),
  "X-RateLimit-Limit": count("Requests per minute that the narrower limit permits."),
  "X-RateLimit-Remaining": count("Requests left in this minute."),
  "X-RateLimit-Reset": count("Seconds until the count starts again."),
  "Retry-After": count("Seconds after which it is worth trying again."),
  "Idempotent-Replayed": text("`true` where this is the first answer once more."),
  Location: text("Where the content is; without any other credential, for an hour."),
};

export const PARAMETERS = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "Any text of your own, new for each thing to be done, such as a UUID.",
    schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
  },
  Signature: {
    name: "NB-Signature",
    in: "header",
    required: true,
    description: "`t=<unix time>,v1=<hex>`: HMAC-SHA256 of `{t}.{raw body}`, keyed with the endpoint's whole secret.",
    schema: { type: "string" },
  },
  EventId: {
    name: "NB-Event-Id",
    in: "header",
    required: true,
    description: "The event's id, the same over all attempts: keep it to drop a repeated delivery.",
    schema: { type: "string" },
  },
};

export const SECURITY_SCHEMES = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "A secret API key: `nbx_live_sk_…`, or `nbx_test_sk_…` for test mode, which has its own data.",
  },
};
