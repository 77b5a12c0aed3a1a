/** Where the server answers as the development authority, below its own address; the workers ask there. */
export const DEVELOPMENT_PATHS = {
  tsa: "/development-authority/tsa",
  ocsp: "/development-authority/ocsp",
  crl: "/development-authority/revoked.crl",
  issuer: "/development-authority/issuer.cer",
} as const;

/** The server's own address as the processes of this machine reach it: the development authority's certificates name it. */
export function developmentAddress(port: number): string {
  return `http://127.0.0.1:${port}`;
}
