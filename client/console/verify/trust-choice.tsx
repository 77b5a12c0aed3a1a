import type { VerificationTrust } from "@nexbasira/core/contract/verification-trust.ts";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { TextArea } from "@nexbasira/ui/text-field.tsx";
import { useTranslation } from "react-i18next";
import type { TrustState } from "./use-trust.ts";

/** Each root that the server names, with what it vouches for. */
function Authorities({ trust: { authorities, development } }: { trust: VerificationTrust }) {
  const { t } = useTranslation("console");
  const names = [...new Set(authorities.map(({ name }) => name))];
  return (
    <div className="flex flex-col gap-2">
      <ul data-testid="server-authorities" className="flex flex-col gap-2">
        {names.map((name) => {
          const own = authorities.filter((each) => each.name === name);
          const uses = [...new Set(own.map(({ used_for }) => used_for))].map((use) => t(`verify.authority.${use}`));
          if (own.some((each) => each.development)) uses.push(t("verify.authority_development"));
          return (
            <li key={name} className="rounded-control bg-sunken px-3 py-2 text-sm">
              <span className="block break-words">{name}</span>
              <span className="block text-muted">{uses.join(" · ")}</span>
            </li>
          );
        })}
      </ul>
      {development && <p className="text-sm text-warning-text">{t("verify.trust_development")}</p>}
    </div>
  );
}

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
        description={t("verify.trust_server_text")}
        checked={trust.usesServer}
        onChange={trust.setUsesServer}
      />
      {trust.server && <Authorities trust={trust.server} />}
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
