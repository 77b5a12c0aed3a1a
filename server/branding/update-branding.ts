import { createHash } from "node:crypto";
import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Branding, UpdateBranding } from "@nexbasira/core/contract/branding.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import {
  type BrandingColumns,
  findOrganization,
  type OrganizationRow,
  updateBranding as updateColumns,
} from "@nexbasira/core/database/organizations.ts";
import { LogoProblem } from "@nexbasira/core/logo/logo-problem.ts";
import { makeLogoSafe, type SafeLogo } from "@nexbasira/core/logo/make-logo-safe.ts";
import { toBranding } from "@nexbasira/core/resources/branding-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";

interface Context {
  database: Database;
  storage: Storage;
  links: Links;
}

type LogoColumns = Pick<BrandingColumns, "logo_key" | "logo_media_type" | "logo_raster_key">;

/**
 * Changes what is given of an organization's branding, all or nothing, with its audit entry.
 * @throws AppError `validation_error` that names the field: an accent without contrast, a logo that cannot be made safe,
 * a domain that the operator does not serve for this organization.
 */
export async function updateBranding(
  { database, storage, links }: Context,
  { org_id, actor, request }: { org_id: number; actor: Actor; request: UpdateBranding },
): Promise<Branding> {
  const { logo, ...plain } = request;
  if (plain.accent !== undefined) refuseUnreadable(plain.accent);
  if (typeof plain.domain === "string" && !links.servesDomain(org_id, plain.domain)) {
    const message = `this server does not serve ${plain.domain} for organization ${org_id}; its operator lists host names in BRAND_DOMAINS`;
    throw wrong("domain", message);
  }
  const safe = typeof logo === "string" ? await checkLogo(logo) : logo;
  const columns: BrandingColumns = { ...plain, ...(safe === undefined ? {} : await storeLogo(storage, safe)) };
  if (Object.keys(columns).length === 0) return toBranding(await ownOrganization(database, org_id), links);
  const row = await inTransaction(database, async (transaction) => {
    const updated = await updateColumns(transaction, org_id, columns);
    if (!updated) throw new Error("a caller without an organization");
    await appendAuditEntry(transaction, org_id, {
      actor,
      action: "branding.updated",
      session_id: null,
      object: { type: "branding", id: String(org_id) },
      object_hash: safe ? createHash("sha256").update(safe.bytes).digest("hex") : null,
      details: { ...plain, ...(safe === undefined ? {} : { logo: safe?.mediaType ?? null }) },
    });
    return updated;
  });
  return toBranding(row, links);
}

/** The caller's organization. */
export async function ownOrganization(database: Database, orgId: number): Promise<OrganizationRow> {
  const row = await findOrganization(database, orgId);
  if (!row) throw new Error("a caller without an organization");
  return row;
}

function refuseUnreadable(accent: string): void {
  if (shadesOf(accent) !== undefined) return;
  throw wrong(
    "accent",
    `no shade of ${accent} reaches a contrast of 4.5:1 on both light and dark surfaces; take one that is less near to white or black`,
  );
}

async function checkLogo(dataUrl: string): Promise<SafeLogo> {
  try {
    return await makeLogoSafe(Buffer.from(dataUrl.slice(dataUrl.indexOf(",") + 1), "base64"));
  } catch (error) {
    if (!(error instanceof LogoProblem)) throw error;
    throw new AppError("validation_error", `logo: ${error.message}`, { param: "logo", cause: error });
  }
}

async function storeLogo(storage: Storage, logo: SafeLogo | null): Promise<LogoColumns> {
  if (logo === null) return { logo_key: null, logo_media_type: null, logo_raster_key: null };
  const [file, raster] = [await storage.put(logo.bytes), await storage.put(logo.raster)];
  return { logo_key: file.key, logo_media_type: logo.mediaType, logo_raster_key: raster.key };
}

function wrong(param: string, message: string): AppError {
  return new AppError("validation_error", `${param}: ${message}`, { param });
}
