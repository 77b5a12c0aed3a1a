import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { CircleAlert } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { PERMISSION_TEXTS } from "../permission-texts.ts";

const GROUPS = [
  { name: "inspections", scopes: ["sessions:read", "sessions:write", "evidence:read", "whiteboards:read"] },
  { name: "webhooks", scopes: ["webhooks:read", "webhooks:write"] },
  { name: "organization", scopes: ["branding:read", "branding:write", "org:read", "audit:read"] },
] as const satisfies { name: string; scopes: Scope[] }[];

export interface ScopeChoiceProps {
  value: readonly Scope[];
  onChange: (scopes: readonly Scope[]) => void;
  error: string | undefined;
}

/** What a key may do, in plain words, with each scope's own name below. */
export function ScopeChoice({ value, onChange, error }: ScopeChoiceProps) {
  const { t } = useTranslation("console");
  const id = useId();
  const all = value.length === Scope.options.length;
  const set = (scope: Scope, on: boolean) =>
    onChange(Scope.options.filter((option) => (option === scope ? on : value.includes(option))));
  return (
    <fieldset
      tabIndex={-1}
      data-invalid={error !== undefined || undefined}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
      className="flex flex-col gap-3"
    >
      <legend className="sr-only">{t("admin.api_keys.scopes")}</legend>
      <div className="flex items-center justify-between gap-3">
        <span aria-hidden className="text-sm font-medium text-ink">
          {t("admin.api_keys.scopes")}
        </span>
        <Button size="small" variant="quiet" onClick={() => onChange(all ? [] : Scope.options)}>
          {all ? t("admin.api_keys.select_none") : t("admin.api_keys.select_all")}
        </Button>
      </div>
      {error !== undefined && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          {error}
        </p>
      )}
      {GROUPS.map(({ name, scopes }) => (
        <div key={name} className="flex flex-col gap-3 rounded-surface border border-line p-4">
          <p className="text-xs font-medium text-muted">{t(`admin.scope_groups.${name}`)}</p>
          {scopes.map((scope) => (
            <div key={scope} data-testid={`scope-${scope}`}>
              <Switch
                label={t(PERMISSION_TEXTS[scope])}
                description={<span className="font-mono text-xs">{scope}</span>}
                checked={value.includes(scope)}
                onChange={(on) => set(scope, on)}
              />
            </div>
          ))}
        </div>
      ))}
    </fieldset>
  );
}
