import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import type { OwnRoot } from "@nexbasira/core/database/own-roots.ts";
import type * as pkijs from "pkijs";

/** What the keys of this server are certified by, as far up as it is known: for those who check what was signed. */
export function ownRoots({
  key,
  signerAuthority,
}: {
  key: Pick<SigningKey, "certificate" | "chain">;
  signerAuthority: Pick<SigningKey, "certificate" | "chain"> | null;
}): OwnRoot[] {
  const top = (each: { certificate: pkijs.Certificate; chain: readonly pkijs.Certificate[] }) =>
    Buffer.from(certificateDer(each.chain.at(-1) ?? each.certificate));
  return [
    { certificate: top(key), used_for: "seals" },
    ...(signerAuthority ? [{ certificate: top(signerAuthority), used_for: "signers" as const }] : []),
  ];
}
