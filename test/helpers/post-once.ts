import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent, postPayload } from "@nexbasira/core/webhooks/post-payload.ts";

/** `node test/helpers/post-once.ts URL RANGE…`: posts once, as a worker does, and prints the result as JSON. */
const [url = "", ...ranges] = process.argv.slice(2);
const guard = new AddressGuard(ranges);
const agent = createReceiverAgent(guard);
const post = { url, body: "{}", headers: {}, limit_ms: 5_000 };
const result = await postPayload({ agent, guard, allowHttp: true }, post);
await agent.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
