import { Pool } from "undici";

export interface Call {
  method: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Calls a server over a fixed number of connections. An answer with another status than `status` is an error. */
export class Load {
  readonly #pool: Pool;

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, { connections, pipelining: 1 });
  }

  async send(call: Call, status: number): Promise<string> {
    const answer = await this.#pool.request(call);
    const text = await answer.body.text();
    if (answer.statusCode !== status) throw new Error(`${call.method} ${call.path}: ${answer.statusCode} ${text}`);
    return text;
  }

  /**
   * As many calls as get an answer in `ms` by so many clients, each of which sends its next one when it has the answer.
   *
   * @returns how many answers came, and in how many seconds.
   */
  async saturate(clients: number, ms: number, status: number, next: () => Call): Promise<{ count: number; s: number }> {
    const begun = performance.now();
    let count = 0;
    const client = async () => {
      while (performance.now() - begun < ms) {
        await this.send(next(), status);
        count++;
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    return { count, s: (performance.now() - begun) / 1000 };
  }

  /**
   * Sends calls at a constant rate, whether the ones before are answered or not.
   *
   * @returns the milliseconds from when each was to be sent to the end of its answer: what waits for a slow one counts,
   *   and so does this process's own lateness.
   */
  async atRate(perSecond: number, ms: number, next: () => Call): Promise<number[]> {
    const calls = Math.round((perSecond * ms) / 1000);
    const begun = performance.now();
    const answered: Promise<number>[] = [];
    let failed = false;
    while (answered.length < calls && !failed) {
      const due = begun + (answered.length * 1000) / perSecond;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const answer = this.send(next(), 200).then(() => performance.now() - due);
      answer.catch(() => {
        failed = true;
      });
      answered.push(answer);
    }
    return Promise.all(answered);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
