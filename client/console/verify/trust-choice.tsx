import { Switch } from "@nexbasira/ui/switch.tsx";
import { TextArea } from "@nexbasira/ui/text-field.tsx";
import { useTranslation } from "react-i18next";
import type { TrustState } from "./use-trust.ts";

/** Whom the answers rely on: who a signer is depends on whom the reader trusts, and that is theirs to say. */
export function TrustChoice({ trust }: { trust: TrustState }) {
  const { t } = useTranslation("console");
  return (
    <section className="flex flex-col gap-4">
      <h2 className="text-base font-semibold">{t("verify.trust_title")}</h2>
      <p className="text-sm text-muted">{t("verify.trust_text")}</p>
      <Switch
        touch
        label={t("verify.trust_server", { host: location.host })}
        description={trust.server?.development ? t("verify.trust_development") : t("verify.trust_server_text")}
        checked={trust.usesServer}
        onChange={trust.setUsesServer}
      />
      <TextArea
        touch
        data-testid="own-roots"
        label={t("verify.trust_own")}
        hint={t("verify.trust_own_hint")}
        placeholder="-----BEGIN CERTIFICATE-----"
        value={trust.own}
        spellCheck={false}
        rows={4}
        onChange={(event) => trust.setOwn(event.target.value)}
        className="font-mono"
      />
    </section>
  );
}
