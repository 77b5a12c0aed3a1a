import type { CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { SidePanel } from "@nexbasira/ui/side-panel.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../identity/member-context.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { type ApiKeyDraft, bodyOfDraft, emptyDraft, LIFETIMES } from "./api-key-draft.ts";
import { ModeChoice } from "./mode-choice.tsx";
import { ScopeChoice } from "./scope-choice.tsx";
import { useCreateApiKey } from "./use-create-api-key.ts";

export interface NewApiKeyPanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (key: CreatedApiKey) => void;
}

/** What a new key is called, what it may do, in which mode and for how long. */
export function NewApiKeyPanel({ open, onOpenChange, onCreated }: NewApiKeyPanelProps) {
  const { t } = useTranslation("console");
  return (
    <SidePanel
      open={open}
      onOpenChange={onOpenChange}
      title={t("admin.api_keys.new")}
      description={t("admin.api_keys.new_text")}
    >
      <NewApiKeyForm onCreated={onCreated} />
    </SidePanel>
  );
}

function NewApiKeyForm({ onCreated }: Pick<NewApiKeyPanelProps, "onCreated">) {
  const { t } = useTranslation("console");
  const { sandbox } = useMember().organization;
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => emptyDraft(sandbox ? "test" : "live"));
  const [shown, setShown] = useState(false);
  const create = useCreateApiKey();
  const { body, problems } = bodyOfDraft(draft);
  const change = (part: Partial<ApiKeyDraft>) => setDraft((current) => ({ ...current, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (body !== undefined) return create.mutate(body, { onSuccess: onCreated });
    setShown(true);
    // They are marked in the next frame; the first one takes the focus.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>("[aria-invalid='true'], [data-invalid]")?.focus(),
    );
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-6">
      <TextField
        data-testid="api-key-name"
        label={t("admin.api_keys.name")}
        hint={t("admin.api_keys.name_hint")}
        autoComplete="off"
        autoFocus
        required
        value={draft.name}
        error={shown && problems.name ? t(`admin.api_keys.problems.name_${problems.name}`) : undefined}
        onChange={(event) => change({ name: event.target.value })}
      />
      <ModeChoice value={draft.mode} onChange={(mode) => change({ mode })} testOnly={sandbox} />
      <ScopeChoice
        value={draft.scopes}
        onChange={(scopes) => change({ scopes })}
        error={shown && problems.scopes ? t("admin.api_keys.problems.scopes_missing") : undefined}
      />
      <NativeSelect
        label={t("admin.api_keys.lifetime")}
        hint={t("admin.api_keys.lifetime_hint")}
        value={draft.lifetime}
        options={LIFETIMES.map((value) => ({ value, label: t(`admin.api_keys.lifetimes.${value}`) }))}
        onChange={(lifetime) => change({ lifetime })}
      />
      {create.isError && (
        <ProblemNotice
          error={create.error}
          otherwise={t("admin.api_keys.failed")}
          known={{ conflict: t("admin.api_keys.too_many") }}
        />
      )}
      <Button data-testid="create-api-key" type="submit" variant="primary" size="touch" block busy={create.isPending}>
        {t("admin.api_keys.create")}
      </Button>
    </form>
  );
}
