/** The project's folder. See `paths.mjs`. */
export const PROJECT: string;
/** The programs of others that the conformance tests run: `python/bin/`, and `node/node_modules/`. See `paths.mjs`. */
export const CONFORMANCE_TOOLS: string;
