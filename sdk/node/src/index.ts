export type * from "./events.ts";
export { InvalidSignatureError } from "./invalid-signature-error.ts";
export { NexBasira, NexBasira as default, NexBasira as Nexbasira, type NexBasiraOptions } from "./nexbasira.ts";
export type * from "./resources.ts";
export { type VerifyOptions, verifyWebhook } from "./verify-webhook.ts";
