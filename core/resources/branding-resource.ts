import { shadesOf } from "../branding/shades-of.ts";
import type { Branding } from "../contract/branding.ts";
import type { OrganizationRow } from "../database/organizations.ts";
import type { Links } from "../secrets/links.ts";

/** An organization's branding as the API shows it. */
export function toBranding(row: OrganizationRow, links: Links): Branding {
  const shades = shadesOf(row.accent);
  if (shades === undefined) throw new Error("an accent was stored that has no readable shades");
  return {
    object: "branding",
    name: row.name,
    logo_url: logoUrl(links, row),
    logo_media_type: row.logo_media_type,
    accent: row.accent,
    shades,
    theme: row.theme,
    domain: row.domain,
    email_sender_name: row.email_sender_name,
    sms_sender_name: row.sms_sender_name,
  };
}

/** A link to the logo; null where the organization has none. */
export function logoUrl(
  links: Links,
  { logo_key, logo_media_type }: Pick<OrganizationRow, "logo_key" | "logo_media_type">,
): string | null {
  if (logo_key === null || logo_media_type === null) return null;
  return links.fileUrl({ key: logo_key, mediaType: logo_media_type });
}
