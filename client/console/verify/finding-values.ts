import type { Finding } from "../../../sdk/verify/src/index.ts";

/** Everything that a finding's sentence may name; what it does not say is empty. */
const NOTHING = {
  amount: "",
  authority: "",
  baseline: "",
  field: "",
  id: "",
  origin: "",
  path: "",
  reason: "",
  root: "",
  sequence: "",
  signer: "",
  size: "",
  subject: "",
  time: "",
  what: "",
};

/** What a finding's sentence names, for its translation. */
export function findingValues({ values }: Finding): typeof NOTHING {
  return { ...NOTHING, ...values };
}
