import { z } from "zod";
import { PlainText, Timestamp } from "./common.ts";

/*
 * What the landing page of a running server asks. None of it is public API.
 */

/** `GET /landing`. */
export const Landing = z.object({
  /** Whether a visitor may make a sandbox here. */
  sandbox: z.boolean(),
  development: z.boolean(),
  public_url: z.string(),
  /** Whom this browser is signed in as, by the organization's name; null when as nobody. */
  signed_in: z.object({ organization: z.string(), sandbox: z.boolean() }).nullable(),
});
export type Landing = z.infer<typeof Landing>;

/** The longest name of a sandbox, in characters. */
export const SANDBOX_NAME_LENGTH = 80;

/** The body of `POST /sandbox`. */
export const CreateSandbox = z.strictObject({
  /** The company's or the project's: what participants read as the one who invites. */
  name: PlainText(SANDBOX_NAME_LENGTH).optional(),
});
export type CreateSandbox = z.infer<typeof CreateSandbox>;

/** What `POST /sandbox` answers, this once: neither secret can be read again. */
export const Sandbox = z.object({
  organization: z.object({ id: z.number().int(), name: z.string() }),
  /** The test key, with every scope. */
  api_key: z.string(),
  /** When the key stops working. */
  expires_at: Timestamp,
  /** Signs the events that go to the callbacks of sessions. */
  webhook_secret: z.string(),
  base_url: z.string(),
  /** A command for a terminal that creates the first session. */
  example: z.string(),
});
export type Sandbox = z.infer<typeof Sandbox>;
