/** The released version of the public API (SemVer). Its major number is the base path: `/v1`. */
export const API_VERSION = "1.0.0";
