import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Pkcs11Source } from "@nexbasira/core/configuration/signing-configuration.ts";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { TokenAnswer, type TokenQuestion } from "./pkcs11-messages.ts";
import type { RefusedPinsPlace } from "./refused-pins.ts";

const PROGRAM = join(import.meta.dirname, "pkcs11-child.ts");

/** A token that makes a person press a button answers within it, too. */
const TIME_LIMIT_MS = 30_000;

export interface Pkcs11ProcessOptions {
  source: Pkcs11Source;
  refusedPins: RefusedPinsPlace;
  /** How long each answer of the token may take, in ms; 30,000 where nothing is said. */
  timeLimitMs?: number;
}

/**
 * A token in a process of its own. Its module is somebody's native code, and most of its functions block their thread: one
 * that never answers would hold up everything that the workers do. Here it is ended when its time is over, and the next
 * question starts another process.
 */
export class Pkcs11Process {
  readonly #options: Pkcs11ProcessOptions;
  #child: ChildProcess | null = null;
  #isAsked = false;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: Pkcs11ProcessOptions) {
    this.#options = options;
  }

  /**
   * Logs in to the token and finds the key.
   *
   * @throws Permanent where the PIN is refused, the module is none, or there is not just one such key
   * @throws Retryable where the token is not there, or does not answer in time
   * @throws Error where the binding is not installed
   */
  static async open(options: Pkcs11ProcessOptions): Promise<Pkcs11Process> {
    const opened = new Pkcs11Process(options);
    try {
      await opened.#inTurn(() => opened.#started());
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  }

  /** All certificates of the token. @throws Retryable */
  async readCertificates() {
    const answer = await this.#ask({ call: "certificates" });
    return answer.call === "certificates" ? answer.certificates : [];
  }

  /**
   * Signs by the key; for ECDSA, what comes is `r || s`.
   *
   * @throws Retryable where the token cannot be reached, refuses, or does not answer in time
   * @throws Permanent where it refuses the PIN
   */
  async sign(mechanism: number, data: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.#ask({ call: "sign", mechanism, data: new Uint8Array(data) });
    return answer.call === "sign" ? answer.signature : new Uint8Array();
  }

  /** Ends the process; the token is asked for nothing more. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // While it is asked it may hang, and would never notice.
    if (this.#isAsked) this.#child?.kill("SIGKILL");
    else if (this.#child?.connected) this.#child.disconnect();
    this.#child = null;
  }

  #ask(question: TokenQuestion): Promise<TokenAnswer> {
    return this.#inTurn(async () => this.#exchange(await this.#started(), question));
  }

  /** One question after the other, as PKCS#11 has it. */
  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(() => {
      if (this.#closed) throw new Error("The token is closed");
      return run();
    });
    this.#last = turn.catch(() => {
      // Its caller hears of it; the next one begins anew.
    });
    return turn;
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child) return this.#child;
    const child = fork(PROGRAM, [], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.unref();
    child.channel?.unref();
    this.#child = child;
    const { source, refusedPins } = this.#options;
    try {
      await this.#exchange(child, { call: "open", source, refusedPins });
    } catch (error) {
      this.#end(child);
      throw error;
    }
    return child;
  }

  async #exchange(child: ChildProcess, question: TokenQuestion): Promise<TokenAnswer> {
    const { source, timeLimitMs = TIME_LIMIT_MS } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<TokenAnswer>();
    const fail = (what: string) => {
      this.#end(child);
      reject(new Retryable(`The token ${source.token} ${what}`));
    };
    const onMessage = (message: unknown) => resolve(TokenAnswer.parse(message));
    const onExit = () => fail("does not answer: its module ended the process");
    const timer = setTimeout(
      () => fail(`has not answered within ${timeLimitMs} ms: its process was ended`),
      timeLimitMs,
    );
    child.once("message", onMessage).once("exit", onExit).once("error", onExit);
    this.#isAsked = true;
    try {
      child.send(question, (error) => error && onExit());
      return failing(await promise);
    } finally {
      this.#isAsked = false;
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit).off("error", onExit);
    }
  }

  #end(child: ChildProcess): void {
    child.kill("SIGKILL");
    if (this.#child === child) this.#child = null;
  }
}

function failing(answer: TokenAnswer): TokenAnswer {
  if (answer.call !== "failed") return answer;
  if (answer.kind === "permanent") throw new Permanent(answer.message);
  if (answer.kind === "retryable") throw new Retryable(answer.message);
  throw new Error(answer.message);
}
