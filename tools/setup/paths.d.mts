/** The project's folder. See `paths.mjs`. */
export const PROJECT: string;
/** The programs of others that the conformance tests run: `python/bin/`, and `node/node_modules/`. See `paths.mjs`. */
export const CONFORMANCE_TOOLS: string;
/** The npm package pkcs11js, with which the tests sign by a token. See `paths.mjs`. */
export const PKCS11_BINDING: string;
