import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readCertificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { loadDevelopmentAuthority } from "@nexbasira/core/authority/development-authority.ts";
import { DEVELOPMENT_TSA_PATH } from "@nexbasira/core/authority/development-tsa-path.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { loadPkcs12Key } from "./signing/keys/pkcs12-key.ts";
import type { TimeStampSource, TimeStampSources } from "./signing/time-stamp-client.ts";

/**
 * The key that signs evidence and the authorities that stamp it: as configured, or in development mode the development
 * authority's. Throws in production when either is missing: evidence that only looks signed is worse than none.
 */
export async function loadSigning(
  configuration: Configuration,
): Promise<{ key: SigningKey; timeStamps: TimeStampSources; development: boolean }> {
  const { signing, timeStamps, development, certsDir, port } = configuration;
  const [first, ...others] = timeStamps.authorities;
  if (signing && first) {
    if (!timeStamps.roots) throw new Error("TSA_ROOTS: is required with TSA_URLS: a PEM file of the roots to trust");
    const roots = readCertificatesPem(await readFile(timeStamps.roots, "utf8"));
    const toSource = (authority: typeof first): TimeStampSource => ({ ...authority, roots, policy: null });
    return {
      key: await loadPkcs12Key(signing),
      timeStamps: [toSource(first), ...others.map(toSource)],
      development: false,
    };
  }
  if (!development) {
    throw new Error("SIGNING_P12 and TSA_URLS: are required in production; the development authority proves nothing");
  }
  const authority = await loadDevelopmentAuthority(join(certsDir, "authority"));
  return {
    key: await loadPkcs12Key(authority.signing),
    timeStamps: [
      {
        name: "development",
        qualified: false,
        url: `http://127.0.0.1:${port}${DEVELOPMENT_TSA_PATH}`,
        roots: authority.roots,
        policy: null,
      },
    ],
    development: true,
  };
}
