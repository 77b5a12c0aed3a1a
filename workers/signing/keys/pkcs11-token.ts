import type { Pkcs11Source } from "@nexbasira/core/configuration/signing-configuration.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { type Handle, loadPkcs11Binding, type Pkcs11 } from "./pkcs11-binding.ts";
import type { RefusedPins } from "./refused-pins.ts";

/** Values of PKCS#11 v2.40 (pkcs11t.h). */
const CKF = { osLockingOk: 0x2, serialSession: 0x4, pinFinalTry: 0x20000, pinLocked: 0x40000 } as const;
const CKU = { user: 1, contextSpecific: 2 } as const;
const CKO = { certificate: 1, privateKey: 3 } as const;
const CKA = { class: 0x0, label: 0x3, value: 0x11, id: 0x102, alwaysAuthenticate: 0x202 } as const;
const CKR = { userAlreadyLoggedIn: 0x100, alreadyInitialized: 0x191, attributeTypeInvalid: 0x12 } as const;
/** CKR_PIN_INCORRECT, _INVALID, _LEN_RANGE, _EXPIRED, _LOCKED. */
const REFUSED_PIN: readonly number[] = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4];

/** CKM_SHA256_RSA_PKCS takes the data itself, CKM_ECDSA its digest. */
export const CKM = { sha256RsaPkcs: 0x40, ecdsa: 0x1041 } as const;

/** Bytes: of an RSA key with 16,384 bits. */
const LARGEST_SIGNATURE = 2048;
const MOST_OBJECTS = 1000;

/** A certificate as the token holds it. */
export interface TokenCertificate {
  der: Uint8Array<ArrayBuffer>;
  /** Whether it has the id of the key that signs. */
  ofKey: boolean;
}

interface Session {
  handle: Handle;
  key: Handle;
  keyId: Buffer;
  /** CKA_ALWAYS_AUTHENTICATE: the PIN is given again for each signature. */
  alwaysAuthenticate: boolean;
}

/**
 * A session with a token, logged in, and the key in it. One operation at a time, as PKCS#11 has it. A session that the
 * token has dropped (it was restarted, the network was away, it logged us out) is opened again, once for each signature.
 * A PIN is given to the token once: when it was refused, nobody here gives it again, also not after a restart.
 */
export class Pkcs11Token {
  readonly #pkcs11: Pkcs11;
  readonly #source: Pkcs11Source;
  readonly #refused: RefusedPins;
  #session: Session | null = null;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(pkcs11: Pkcs11, source: Pkcs11Source, refused: RefusedPins) {
    this.#pkcs11 = pkcs11;
    this.#source = source;
    this.#refused = refused;
  }

  /**
   * Loads the module, logs in to the token and finds the key.
   *
   * @throws Permanent where the PIN is refused, or there is not just one such key
   * @throws Retryable where the token is not there or says anything else
   */
  static async open(source: Pkcs11Source, refused: RefusedPins): Promise<Pkcs11Token> {
    const pkcs11 = await loadPkcs11Binding(source.binding);
    try {
      pkcs11.load(source.module);
    } catch (cause) {
      throw new Permanent(`SIGNING_PKCS11_MODULE: ${source.module} is not a PKCS#11 module: ${wordsOf(cause)}`, {
        cause,
      });
    }
    const token = new Pkcs11Token(pkcs11, source, refused);
    token.#session = await token.#openSession();
    return token;
  }

  /** All certificates of the token. @throws Retryable */
  async readCertificates(): Promise<TokenCertificate[]> {
    return this.#inTurn(async ({ handle, keyId }) =>
      this.#find(handle, CKO.certificate).map((object) => ({
        der: new Uint8Array(this.#attribute(handle, object, CKA.value)),
        ofKey: this.#attribute(handle, object, CKA.id).equals(keyId),
      })),
    );
  }

  /**
   * Signs by the key; for ECDSA, what comes is `r || s`.
   *
   * @throws Retryable where the token cannot be reached or refuses
   * @throws Permanent where it refuses the PIN
   */
  async sign(mechanism: number, data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inTurn(async ({ handle, key, alwaysAuthenticate }) => {
      this.#pkcs11.C_SignInit(handle, { mechanism }, key);
      if (alwaysAuthenticate) await this.#login(handle, CKU.contextSpecific);
      const room = Buffer.alloc(LARGEST_SIGNATURE);
      return new Uint8Array(await this.#pkcs11.C_SignAsync(handle, Buffer.from(data), room));
    });
  }

  /** Ends the session; the token is asked for nothing more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forgetSession();
  }

  /** One operation after the other; where the session is gone, once more with a new one. */
  async #inTurn<Result>(operation: (session: Session) => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      if (this.#closed) throw new Error("The token is closed");
      if (this.#session) {
        try {
          return await operation(this.#session);
        } catch (error) {
          // Whatever the token says of a session or a key that it does not know any more: makers differ in that.
          if (error instanceof Permanent) throw error;
          this.#forgetSession();
        }
      }
      this.#session = await this.#openSession();
      return operation(this.#session);
    });
    this.#last = turn.catch(() => {
      // Its caller hears of it; the next one begins anew.
    });
    try {
      return await turn;
    } catch (cause) {
      if (cause instanceof Permanent || cause instanceof Retryable) throw cause;
      this.#forgetSession();
      throw new Retryable(`The token ${this.#source.token} does not sign: ${wordsOf(cause)}`, { cause });
    }
  }

  async #openSession(): Promise<Session> {
    try {
      const slot = this.#findSlot();
      const { flags } = this.#pkcs11.C_GetTokenInfo(slot);
      await this.#checkPin(flags);
      const handle = this.#pkcs11.C_OpenSession(slot, CKF.serialSession);
      try {
        await this.#login(handle, CKU.user);
        return { handle, ...this.#findKey(handle) };
      } catch (error) {
        this.#closeSession(handle);
        throw error;
      }
    } catch (cause) {
      if (cause instanceof Permanent || cause instanceof Retryable) throw cause;
      throw new Retryable(`The token ${this.#source.token} cannot be used: ${wordsOf(cause)}`, { cause });
    }
  }

  #findSlot(): Handle {
    try {
      this.#pkcs11.C_Initialize({ flags: CKF.osLockingOk });
    } catch (error) {
      if (codeOf(error) !== CKR.alreadyInitialized) throw error;
    }
    const slots = this.#pkcs11.C_GetSlotList(true);
    const labels = slots.map((slot) => this.#pkcs11.C_GetTokenInfo(slot).label.trimEnd());
    const slot = slots[labels.indexOf(this.#source.token)];
    if (slot) return slot;
    const present = labels.filter(Boolean).map((label) => JSON.stringify(label));
    throw new Retryable(
      `SIGNING_PKCS11_TOKEN: there is no token ${JSON.stringify(this.#source.token)}, only ${present.join(", ") || "none"}`,
    );
  }

  /** The last try is for a person who knows the PIN, not for a machine that was told a wrong one. */
  async #checkPin(flags: number): Promise<void> {
    const { token, module, pin } = this.#source;
    if (flags & CKF.pinLocked) throw new Permanent(`SIGNING_PKCS11_PIN: the PIN of the token ${token} is locked`);
    if (flags & CKF.pinFinalTry) {
      throw new Permanent(
        `SIGNING_PKCS11_PIN: the next wrong PIN locks the token ${token}; log in by its own tool first`,
      );
    }
    if (await this.#refused.has(`${module} ${token}`, pin)) {
      throw new Permanent(
        `SIGNING_PKCS11_PIN: the token ${token} has refused this PIN before; give another, or remove ` +
          `${this.#refused.path} to try it again`,
      );
    }
  }

  async #login(session: Handle, user: number): Promise<void> {
    const { token, module, pin } = this.#source;
    try {
      this.#pkcs11.C_Login(session, user, pin);
    } catch (cause) {
      const code = codeOf(cause);
      // Another session of this process is: they are logged in together.
      if (code === CKR.userAlreadyLoggedIn) return;
      if (!REFUSED_PIN.includes(code)) throw cause;
      await this.#refused.add(`${module} ${token}`, pin);
      throw new Permanent(`SIGNING_PKCS11_PIN: the token ${token} refuses it (${wordsOf(cause)})`, { cause });
    }
    await this.#refused.clear();
  }

  #findKey(session: Handle): Omit<Session, "handle"> {
    const wanted = this.#source.key;
    const keys = this.#find(session, CKO.privateKey).map((key) => ({
      key,
      keyId: Buffer.from(this.#attribute(session, key, CKA.id)),
      label: this.#attribute(session, key, CKA.label).toString("utf8"),
    }));
    const byLabel = keys.filter(({ label }) => label === wanted);
    const found = byLabel.length > 0 ? byLabel : keys.filter(({ keyId }) => keyId.toString("hex") === idOf(wanted));
    const [only, another] = found;
    if (!only) {
      const present = keys.map(({ label, keyId }) => `${JSON.stringify(label)} (id ${keyId.toString("hex")})`);
      throw new Permanent(
        `SIGNING_PKCS11_KEY: the token ${this.#source.token} has no private key ${JSON.stringify(wanted)}, ` +
          `only ${present.join(", ") || "none"}`,
      );
    }
    if (another) {
      throw new Permanent(
        `SIGNING_PKCS11_KEY: the token ${this.#source.token} has several private keys ${JSON.stringify(wanted)}; ` +
          `give the id of one: ${found.map(({ keyId }) => keyId.toString("hex")).join(", ")}`,
      );
    }
    return { key: only.key, keyId: only.keyId, alwaysAuthenticate: this.#isAlwaysAuthenticated(session, only.key) };
  }

  #isAlwaysAuthenticated(session: Handle, key: Handle): boolean {
    try {
      return this.#attribute(session, key, CKA.alwaysAuthenticate)[0] === 1;
    } catch (error) {
      // A token that does not know the attribute does not ask for it.
      if (codeOf(error) === CKR.attributeTypeInvalid) return false;
      throw error;
    }
  }

  #find(session: Handle, objectClass: number): Handle[] {
    this.#pkcs11.C_FindObjectsInit(session, [{ type: CKA.class, value: objectClass }]);
    try {
      return this.#pkcs11.C_FindObjects(session, MOST_OBJECTS);
    } finally {
      this.#pkcs11.C_FindObjectsFinal(session);
    }
  }

  #attribute(session: Handle, object: Handle, type: number): Buffer {
    const [attribute] = this.#pkcs11.C_GetAttributeValue(session, object, [{ type }]);
    return attribute?.value ?? Buffer.alloc(0);
  }

  #forgetSession(): void {
    if (!this.#session) return;
    const { handle } = this.#session;
    this.#session = null;
    this.#closeSession(handle);
  }

  #closeSession(handle: Handle): void {
    try {
      this.#pkcs11.C_CloseSession(handle);
    } catch {
      // The token has dropped it already, or is gone: there is nothing left to close.
    }
  }
}

/** An id as operators write it: hexadecimal, in any case, also `0x01` or `01:ab`. */
function idOf(text: string): string {
  return text.toLowerCase().replace(/^0x/, "").replaceAll(":", "");
}

/** The CKR_ value of an error of the binding; -1 where it is none. */
function codeOf(error: unknown): number {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : -1;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
