/** `npm run release-api`: writes the API's description as released to `docs/api/openapi.json`, unless it breaks clients. */
import { writeFile } from "node:fs/promises";
import { checkRelease } from "./release-api/check-release.ts";
import { currentDocument, RELEASED_PATH, releasedDocument } from "./release-api/released-document.ts";

const current = await currentDocument();
const { permitted, breaks } = checkRelease(await releasedDocument(), current);
for (const change of breaks) console.log(`breaks clients: ${change}`);
if (permitted) {
  await writeFile(RELEASED_PATH, `${JSON.stringify(current, undefined, 2)}\n`);
  console.log(`Written: ${RELEASED_PATH}`);
} else {
  console.log("Not written. Take the change back, or raise the major version in core/contract/api-version.ts.");
  process.exitCode = 1;
}
