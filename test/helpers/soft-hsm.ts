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
import { waitFor } from "./wait-for.ts";

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

/** SoftHSM2 behind a module that hangs or crashes where a signature begins, as long as a file says so. */
export async function makeStickyModule(hsm: SoftHsm) {
  const folder = await mkdtemp(join(hsm.folder, "sticky-"));
  const [source, module, fault, stuck] = ["module.c", "module.so", "fault", "stuck"].map((name) => join(folder, name));
  if (!source || !module || !fault || !stuck) throw new Error("no paths");
  await writeFile(source, STICKY_MODULE);
  const paths = { REAL: hsm.module, FAULT: fault, STUCK: stuck };
  const defined = Object.entries(paths).map(([name, path]) => `-D${name}="${path}"`);
  await run("cc", ["-shared", "-fPIC", ...defined, "-o", module, source, "-ldl"]);
  return {
    module,
    /** From now on it does not answer. */
    stick: () => writeFile(fault, "s"),
    /** From now on it ends its process. */
    crash: () => writeFile(fault, "c"),
    /** Resolves once it is asked and does not answer. */
    stuck: () => waitFor("the module to hang", async () => existsSync(stuck)),
    release: async () => {
      await rm(fault, { force: true });
      await rm(stuck, { force: true });
    },
  };
}

/** The list of functions of PKCS#11, clause 5.4: after the version 68 pointers, of which the 43rd is C_SignInit. */
const STICKY_MODULE = `
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
typedef unsigned long CK_RV;
typedef struct { unsigned char version[2]; void *functions[68]; } List;
static List *real, mine;
static CK_RV signInit(unsigned long session, void *mechanism, unsigned long key) {
  FILE *fault;
  while ((fault = fopen(FAULT, "r"))) {
    if (fgetc(fault) == 'c') abort();
    fclose(fault);
    fclose(fopen(STUCK, "w"));
    usleep(20000);
  }
  return ((CK_RV (*)(unsigned long, void *, unsigned long)) real->functions[42])(session, mechanism, key);
}
CK_RV C_GetFunctionList(void **list) {
  void *library = dlopen(REAL, RTLD_NOW);
  if (!library) return 5;
  ((CK_RV (*)(List **)) dlsym(library, "C_GetFunctionList"))(&real);
  mine = *real;
  mine.functions[42] = signInit;
  *list = &mine;
  return 0;
}
`;
