import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { z } from "zod";

/** An object or a session of a token. */
export type Handle = Buffer;

interface Attribute {
  type: number;
  value?: number | Buffer;
}

/** What is used of a PKCS#11 module through `pkcs11js`; functions and values are those of PKCS#11, clause 5. */
export interface Pkcs11 {
  load(path: string): void;
  C_Initialize(options: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { label: string; flags: number };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, userType: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { type: number; value: Buffer }[];
  C_SignInit(session: Handle, mechanism: { mechanism: number }, key: Handle): void;
  /** Answers the part of `room` that the signature took. */
  C_SignAsync(session: Handle, data: Buffer, room: Buffer): Promise<Buffer>;
}

const Binding = z.custom<{ PKCS11: new () => Pkcs11 }>(
  (module) => typeof Object(module).PKCS11 === "function",
  "is not pkcs11js",
);

const PACKAGE = "pkcs11js";

/**
 * The bridge to PKCS#11 modules, which is native code and so no dependency of the project: who has no HSM needs no
 * compiler.
 *
 * @param folder of the package; null where it is among the project's own
 * @throws Error that says how to install it
 */
export async function loadPkcs11Binding(folder: string | null): Promise<Pkcs11> {
  let loaded: unknown;
  try {
    const path = createRequire(import.meta.url).resolve(folder ?? PACKAGE);
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new Error(
      `The npm package ${PACKAGE} cannot be loaded${folder === null ? "" : ` from ${folder}`}. Install it where the ` +
        `workers run (npm install --no-save ${PACKAGE}@2; it needs a C++ compiler), or in a folder of its own that ` +
        "SIGNING_PKCS11_BINDING names",
      { cause },
    );
  }
  const { PKCS11 } = Binding.parse(Object(loaded).default ?? loaded);
  return new PKCS11();
}
