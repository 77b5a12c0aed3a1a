import { execFile } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { certificateDer } from "@nexbasira/core/authority/certificate.ts";
import type { Pkcs11Source } from "@nexbasira/core/configuration/signing-configuration.ts";
import type * as pkijs from "pkijs";
import { PKCS11_BINDING } from "../../tools/setup/paths.mjs";

const run = promisify(execFile);

/** Where systems put the module. */
const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
  "/usr/local/lib/softhsm/libsofthsm2.so",
];

export const TOKEN_PIN = "2468-token";
const OFFICER_PIN = "13579-officer";

/** Bits of an RSA key, or a curve. */
export type TokenKeyType = 2048 | 1024 | "P-256" | "P-384" | "P-521";

/**
 * SoftHSM2, a token in software, filled by the programs that operators use. Its folder is this process's alone; make the
 * tokens before the module is loaded for the first time.
 */
export class SoftHsm {
  readonly module: string;
  /** Holds the tokens. */
  readonly folder: string;

  private constructor(module: string, folder: string) {
    this.module = module;
    this.folder = folder;
  }

  static async make(): Promise<SoftHsm> {
    const module = MODULES.find((path) => existsSync(path));
    if (!module) throw new Error("SoftHSM2 is not installed: run node tools/setup.mjs --for-tests");
    const folder = await mkdtemp(join(tmpdir(), "softhsm-"));
    await mkdir(join(folder, "tokens"));
    const configuration = join(folder, "softhsm2.conf");
    await writeFile(configuration, `directories.tokendir = ${join(folder, "tokens")}\nlog.level = ERROR\n`);
    // The module looks for it in the environment of the process that loads it.
    process.env.SOFTHSM2_CONF = configuration;
    return new SoftHsm(module, folder);
  }

  async makeToken(label: string): Promise<void> {
    const pins = ["--so-pin", OFFICER_PIN, "--pin", TOKEN_PIN];
    await run("softhsm2-util", ["--init-token", "--free", "--label", label, ...pins]);
  }

  /** Puts a new key into the token; its public half is answered, because pkcs11-tool cannot read that of P-384. */
  async makeKey(token: string, type: TokenKeyType, { id, label }: { id: string; label: string }): Promise<KeyObject> {
    const { privateKey, publicKey } =
      typeof type === "number"
        ? generateKeyPairSync("rsa", { modulusLength: type })
        : generateKeyPairSync("ec", { namedCurve: type });
    const file = join(this.folder, `${token}-${id}.pem`);
    await writeFile(file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600 });
    const named = ["--id", id, "--label", label];
    await run("softhsm2-util", ["--import", file, "--token", token, "--pin", TOKEN_PIN, ...named]);
    return publicKey;
  }

  /** Has the token make a key on P-256 itself, which asks for the PIN before every signature. */
  async makeCarefulKey(token: string, { id, label }: { id: string; label: string }): Promise<KeyObject> {
    const named = ["--id", id, "--label", label];
    await this.#tool(token, "--keypairgen", "--key-type", "EC:prime256v1", "--always-auth", ...named);
    const file = join(this.folder, `${token}-${id}.pub`);
    await this.#tool(token, "--read-object", "--type", "pubkey", "--id", id, "--output-file", file);
    return createPublicKey({ key: await readFile(file), format: "der", type: "spki" });
  }

  async putCertificate(token: string, certificate: pkijs.Certificate, id: string): Promise<void> {
    const file = join(this.folder, `${token}-${id}.crt`);
    await writeFile(file, certificateDer(certificate));
    await this.#tool(token, "--write-object", file, "--type", "cert", "--id", id, "--label", "certificate");
  }

  /** As configuration names a key of it. */
  source(token: string, key: string, changes: Partial<Pkcs11Source> = {}): Pkcs11Source {
    const { module } = this;
    return { module, token, key, pin: TOKEN_PIN, certificates: null, binding: PKCS11_BINDING, ...changes };
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #tool(token: string, ...args: string[]): Promise<void> {
    await run("pkcs11-tool", ["--module", this.module, "--token-label", token, "--login", "--pin", TOKEN_PIN, ...args]);
  }
}
