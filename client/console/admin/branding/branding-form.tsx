import type { Branding } from "@nexbasira/core/contract/branding.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { THEMES } from "@nexbasira/ui/theme.ts";
import { type ChangeEvent, type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNotice } from "../problem-notice.tsx";
import { AccentField } from "./accent-field.tsx";
import { type BrandingDraft, type BrandingField, changeOf, draftOf, fieldOfPath } from "./branding-draft.ts";
import { LogoField } from "./logo-field.tsx";
import { useKeepUnsaved } from "./use-keep-unsaved.ts";
import { useUpdateBranding } from "./use-update-branding.ts";

export interface BrandingFormProps {
  branding: Branding;
  draft: BrandingDraft;
  onChange: (draft: BrandingDraft) => void;
}

/** The fields of the branding; what is wrong is said at the field, by the page at once and by the server at the end. */
export function BrandingForm({ branding, draft, onChange }: BrandingFormProps) {
  const { t } = useTranslation(["console", "common"]);
  const form = useRef<HTMLFormElement>(null);
  const [refusal, setRefusal] = useState<{ field: BrandingField; reason: string }>();
  const update = useUpdateBranding();
  const { body, wrong } = changeOf(branding, draft);
  const isChanged = wrong.size > 0 || Object.keys(body).length > 0;
  useKeepUnsaved(isChanged);
  const change = (part: Partial<BrandingDraft>) => {
    if (refusal && refusal.field in part) setRefusal(undefined);
    onChange({ ...draft, ...part });
  };
  const start = (next: Branding) => {
    setRefusal(undefined);
    update.reset();
    onChange(draftOf(next));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong.size > 0) return focusWrong(form.current);
    update.mutate(body, {
      onSuccess: start,
      onError: (error) => {
        const field = fieldOfPath(error instanceof ApiError ? error.param : undefined);
        if (field === undefined) return;
        // The reason begins with the field's name in the API.
        setRefusal({ field, reason: error.message.replace(`${field}: `, "") });
        focusWrong(form.current);
      },
    });
  };
  const errorOf = (field: BrandingField) =>
    wrong.has(field)
      ? t(`admin.branding.problems.${field}`)
      : refusal?.field === field
        ? field === "domain"
          ? t("admin.branding.domain_unserved")
          : t("admin.branding.refused", { reason: refusal.reason })
        : undefined;
  const text = (field: "name" | "domain" | "email_sender_name" | "sms_sender_name") => ({
    "data-testid": `branding-${field}`,
    label: t(`admin.branding.${field}`),
    autoComplete: "off",
    value: draft[field],
    error: errorOf(field),
    onChange: (event: ChangeEvent<HTMLInputElement>) => change({ [field]: event.target.value }),
  });
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-5">
      <Card className="flex flex-col gap-5">
        <TextField {...text("name")} hint={t("admin.branding.name_hint")} required />
        <LogoField
          shown={draft.logo === undefined ? branding.logo_url : draft.logo}
          onChange={(logo) => change({ logo })}
          error={errorOf("logo")}
        />
        <AccentField value={draft.accent} onChange={(accent) => change({ accent })} error={errorOf("accent")} />
        <NativeSelect
          label={t("admin.branding.theme")}
          hint={t("admin.branding.theme_hint")}
          value={draft.theme}
          options={THEMES.map((value) => ({ value, label: t(`admin.branding.themes.${value}`) }))}
          onChange={(theme) => change({ theme })}
        />
      </Card>
      <Card className="flex flex-col gap-5">
        <TextField
          {...text("email_sender_name")}
          aside={t("common:optional")}
          hint={t("admin.branding.email_sender_name_hint")}
        />
        <TextField
          {...text("sms_sender_name")}
          aside={t("common:optional")}
          hint={t("admin.branding.sms_sender_name_hint")}
        />
        <TextField
          {...text("domain")}
          aside={t("common:optional")}
          placeholder="inspect.example.com"
          hint={t("admin.branding.domain_hint")}
        />
      </Card>
      {update.isError && refusal === undefined && (
        <ProblemNotice error={update.error} otherwise={t("admin.branding.failed")} />
      )}
      <div className="sticky bottom-0 z-10 -mx-4 flex justify-end gap-2 border-t border-line bg-sunken px-4 py-3 sm:-mx-6 sm:px-6 lg:mx-0 lg:px-0">
        <Button disabled={!isChanged || update.isPending} onClick={() => start(branding)}>
          {t("admin.branding.discard")}
        </Button>
        <Button
          data-testid="save-branding"
          type="submit"
          variant="primary"
          disabled={!isChanged}
          busy={update.isPending}
        >
          {t("common:save")}
        </Button>
      </div>
    </form>
  );
}

/** The fields are marked in the next frame; the first one takes the focus. */
function focusWrong(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid='true'], [data-invalid]")?.focus());
}
