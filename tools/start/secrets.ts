import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

const schema = z.object({
  /** Fernet keys, the newest first: 32 random bytes each, base64url. */
  MASTER_KEYS: z.string().min(43),
  /** 32 random bytes, hexadecimal. */
  AUTH_SECRET: z.string().min(64),
});

export type Secrets = z.infer<typeof schema>;

/** The instance's own secrets, made at its first start and kept in a file that only its owner reads. */
export async function keptSecrets(file: string): Promise<Secrets> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    // Fernet's key is base64url with its padding: https://github.com/fernet/spec/blob/master/Spec.md
    const key = randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
    const secrets: Secrets = { MASTER_KEYS: key, AUTH_SECRET: randomBytes(32).toString("hex") };
    await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return secrets;
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    throw new Error(`${file} is damaged. It holds the keys of this folder's data: restore it from a backup.`, {
      cause,
    });
  }
}
