import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import { z } from "zod";

/*
 * The least that sending webhooks can be: one HMAC over a body that is there already, a post by undici over connections
 * that are kept, so many at once. No database, no log, no retries. A process of its own, as the workers are. Prints how
 * many seconds it took.
 */

const environment = z
  .object({
    URL: z.string(),
    BODY: z.string(),
    SECRET: z.string(),
    COUNT: z.coerce.number(),
    AT_ONCE: z.coerce.number(),
  })
  .parse(process.env);

const dispatcher = new Agent();

async function post(): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", environment.SECRET).update(`${timestamp}.${environment.BODY}`).digest("hex");
  const headers = {
    "content-type": "application/json",
    "nb-signature": `t=${timestamp},v1=${signature}`,
    "webhook-id": randomUUID(),
  };
  const answer = await request(environment.URL, { method: "POST", headers, body: environment.BODY, dispatcher });
  await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the receiver answered ${answer.statusCode}`);
}

async function postAll(count: number): Promise<number> {
  const begun = performance.now();
  let begunCount = 0;
  const client = async () => {
    while (begunCount++ < count) await post();
  };
  await Promise.all(Array.from({ length: environment.AT_ONCE }, client));
  return (performance.now() - begun) / 1000;
}

// Not counted: V8 compiles, and connections are opened.
await postAll(environment.AT_ONCE * 4);
const seconds = await postAll(environment.COUNT);
await dispatcher.close();
console.log(seconds);
