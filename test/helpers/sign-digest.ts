import { execFile } from "node:child_process";
import type { KeyObject } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as asn1js from "asn1js";

const run = promisify(execFile);

/**
 * Signs a digest as a hardware module or a signing service does, which Node cannot: it always hashes itself. By openssl.
 * ECDSA as DER, or `plain`: r || s.
 */
export async function signDigest(
  { privateKey, form = "der" }: { privateKey: KeyObject; form?: "der" | "plain" | undefined },
  digest: Uint8Array,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "digest-"));
  try {
    const [key, file] = [join(folder, "key.pem"), join(folder, "digest")];
    await writeFile(key, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
    await writeFile(file, digest);
    const isRsa = privateKey.asymmetricKeyType === "rsa";
    const options = isRsa ? ["-pkeyopt", `digest:sha${digest.length * 8}`] : [];
    const args = ["pkeyutl", "-sign", "-inkey", key, "-in", file, ...options];
    const { stdout } = await run("openssl", args, { encoding: "buffer" });
    return isRsa || form === "der" ? stdout : plain(stdout, sizeOf(privateKey));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sizeOf({ asymmetricKeyDetails }: KeyObject): number {
  return { prime256v1: 32, secp384r1: 48, secp521r1: 66 }[asymmetricKeyDetails?.namedCurve ?? ""] ?? 0;
}

function plain(der: Buffer, size: number): Buffer {
  const { result } = asn1js.fromBER(new Uint8Array(der));
  if (!(result instanceof asn1js.Sequence)) throw new Error("No signature");
  const integers = result.valueBlock.value.map((each) => {
    if (!(each instanceof asn1js.Integer)) throw new Error("No signature");
    return Buffer.from(
      each
        .toBigInt()
        .toString(16)
        .padStart(2 * size, "0"),
      "hex",
    );
  });
  return Buffer.concat(integers);
}
