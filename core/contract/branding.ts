import { z } from "zod";
import { PlainText } from "./common.ts";

/** `#rrggbb` */
const Color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #0a5c3f")
  .describe("`#rrggbb`");

const Theme = z.enum(["light", "dark", "system"]).describe("`system` follows the participant's device");

/** What the accent becomes in one theme; every pair of text and surface has a contrast of at least 4.5:1. */
export const Shades = z.object({
  accent: Color.describe("Fills buttons"),
  hover: Color.describe("The same under a pointer"),
  on: Color.describe("Text on the fill"),
  text: Color.describe("The accent as text on a surface"),
  soft: Color.describe("A quiet surface behind that text"),
});
export type Shades = z.infer<typeof Shades>;

export const AccentShades = z.object({ light: Shades, dark: Shades });
export type AccentShades = z.infer<typeof AccentShades>;

export const LogoMediaType = z.enum(["image/png", "image/svg+xml"]);
export type LogoMediaType = z.infer<typeof LogoMediaType>;

/**
 * What alphanumeric senders may hold (3GPP TS 23.040, 9.1.2.5; 3GPP TS 23.038): letters, digits and spaces inside, of
 * which one is a letter, or a phone would take it for a number.
 */
const SMS_SENDER = /^(?:[A-Za-z](?:[A-Za-z0-9 ]*[A-Za-z0-9])?|[0-9][0-9 ]*[A-Za-z](?:[A-Za-z0-9 ]*[A-Za-z0-9])?)$/;

/** A host name (RFC 1123, section 2.1) of two labels at least, in lower case; the last begins with a letter, as no IP address does. */
export const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const Domain = z
  .string()
  .max(253)
  .regex(HOST_NAME, "must be a host name such as inspect.example.com, without scheme, port or path");

const MAX_LOGO_CHARACTERS = 1_000_000;

const LogoDataUrl = z
  .string()
  .max(MAX_LOGO_CHARACTERS)
  .regex(
    /^data:image\/(?:png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/,
    "must be data:image/png;base64,… or data:image/svg+xml;base64,…",
  );

/** `GET /branding`. */
export const Branding = z.object({
  object: z.literal("branding"),
  name: z.string().describe("The organization's name, as participants read it"),
  logo_url: z
    .string()
    .nullable()
    .describe("The logo as it was made safe; the link works for an hour, read the resource again for a new one"),
  logo_media_type: LogoMediaType.nullable(),
  accent: Color,
  shades: AccentShades.describe("What the accent becomes in each theme so that it can be read wherever it is used"),
  theme: Theme,
  domain: z
    .string()
    .nullable()
    .describe("The host of join links; null: that of the server. Used while the server's operator serves it"),
  email_sender_name: z.string().nullable(),
  sms_sender_name: z.string().nullable(),
});
export type Branding = z.infer<typeof Branding>;

/** `PATCH /branding`: what is left out stays. */
export const UpdateBranding = z.strictObject({
  name: PlainText(120).optional(),
  logo: LogoDataUrl.nullable()
    .optional()
    .describe(
      "A PNG or SVG as a data URL (`data:image/png;base64,…`), up to 1,000,000 characters; null removes the logo. " +
        "A PNG has at most 16 megapixels and is kept within 1024 × 1024 pixels, without metadata. " +
        "An SVG keeps its shapes, text (in the fonts of whoever looks at it: better as paths) and gradients; one with scripts, event attributes, foreign objects, animations, " +
        "filters, embedded pictures, references to other files or entities is refused.",
    ),
  accent: Color.optional().describe("Refused where no shade of it can be read on light and on dark surfaces"),
  theme: Theme.optional(),
  domain: Domain.nullable()
    .optional()
    .describe("One of the host names that the server's operator serves for this organization; null: the server's own"),
  email_sender_name: PlainText(78)
    .regex(/^[^<>@"\\]*$/, 'must not hold < > @ " \\')
    .meta({ maxLength: 78 })
    .nullable()
    .optional()
    .describe("Stands before the address that mails come from; null: the operator's own"),
  sms_sender_name: z
    .string()
    .min(1)
    .max(11)
    .regex(SMS_SENDER, "must be 1 to 11 letters and digits with at least one letter, spaces only between them")
    .nullable()
    .optional()
    .describe("Where the recipient's country permits names as senders; otherwise and with null: the operator's number"),
});
export type UpdateBranding = z.infer<typeof UpdateBranding>;
