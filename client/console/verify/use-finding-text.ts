import { formatExactTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useTranslation } from "react-i18next";
import type { Finding, Reason } from "../../../sdk/verify/src/index.ts";

/** Everything that a sentence may name; what it does not say is empty. */
const NOTHING = {
  algorithm: "",
  amount: "",
  attribute: "",
  authority: "",
  baseline: "",
  field: "",
  from: "",
  height: "",
  id: "",
  index: "",
  issuer: "",
  key: "",
  kind: "",
  number: "",
  origin: "",
  path: "",
  root: "",
  sequence: "",
  service: "",
  signer: "",
  size: "",
  subject: "",
  territory: "",
  time: "",
  to: "",
  version: "",
  what: "",
};
const TIMES = ["time", "from", "to"] as const;

/** Says a finding with its reason in the reader's language. */
export function useFindingText(): (finding: Finding) => string {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const shown = (values: Finding["values"]): typeof NOTHING => {
    const all = { ...NOTHING, ...values };
    for (const name of TIMES)
      if (!Number.isNaN(Date.parse(all[name]))) all[name] = formatExactTime(all[name], language);
    return all;
  };
  const because = (reason: Reason | null) =>
    reason === null ? "" : t(`verify.reasons.${reason.code}`, shown(reason.values));
  return ({ code, values, reason }) => t(`verify.findings.${code}`, { ...shown(values), reason: because(reason) });
}
