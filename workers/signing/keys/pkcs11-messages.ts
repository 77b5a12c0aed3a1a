import { z } from "zod";

/** Between a process with a PKCS#11 module and the one that has it sign; structured clones, one question at a time. */
const Bytes = z.instanceof(Uint8Array).transform((bytes) => new Uint8Array(bytes));

const Source = z.object({
  module: z.string(),
  token: z.string(),
  pin: z.string(),
  key: z.string(),
  certificates: z.string().nullable(),
  binding: z.string().nullable(),
});

export const TokenQuestion = z.discriminatedUnion("call", [
  z.strictObject({
    call: z.literal("open"),
    source: Source,
    refusedPins: z.strictObject({ folder: z.string(), secret: z.string() }),
  }),
  z.strictObject({ call: z.literal("certificates") }),
  z.strictObject({ call: z.literal("sign"), mechanism: z.number(), data: Bytes }),
]);
export type TokenQuestion = z.infer<typeof TokenQuestion>;

export const TokenAnswer = z.discriminatedUnion("call", [
  z.strictObject({ call: z.literal("open") }),
  z.strictObject({
    call: z.literal("certificates"),
    /** `ofKey`: whether it has the id of the key that signs. */
    certificates: z.array(z.strictObject({ der: Bytes, ofKey: z.boolean() })),
  }),
  z.strictObject({ call: z.literal("sign"), signature: Bytes }),
  z.strictObject({
    call: z.literal("failed"),
    kind: z.enum(["permanent", "retryable", "error"]),
    message: z.string(),
  }),
]);
export type TokenAnswer = z.infer<typeof TokenAnswer>;
