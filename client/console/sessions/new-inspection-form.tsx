import type { Session } from "@nexbasira/core/contract/session.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { LANGUAGE_NAMES, LANGUAGES } from "@nexbasira/ui/i18n.ts";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleAlert } from "lucide-react";
import { type ChangeEvent, type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChannelChoice } from "./channel-choice.tsx";
import { bodyOfDraft, type DraftProblems, emptyDraft, fieldOfPath, type InspectionDraft } from "./inspection-draft.ts";
import { useCreateSession } from "./use-create-session.ts";

/** Who is invited, how, and what the inspection needs. Says what is wrong at the field where it is. */
export function NewInspectionForm({ onCreated }: { onCreated: (session: Session) => void }) {
  const { t } = useTranslation(["console", "common"]);
  const language = useLanguage();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => emptyDraft(language));
  const [problems, setProblems] = useState<DraftProblems>({});
  const create = useCreateSession();
  const change = (part: Partial<InspectionDraft>) => setDraft((current) => ({ ...current, ...part }));
  const showProblems = (found: DraftProblems) => {
    setProblems(found);
    // They are marked in the next frame; the first one takes the focus.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const result = bodyOfDraft(draft);
    if (!result.ok) return showProblems(result.problems);
    setProblems({});
    create.mutate(result.body, {
      onSuccess: onCreated,
      onError: (error) => {
        const field = fieldOfPath(error instanceof ApiError ? error.param : undefined);
        if (field !== undefined) showProblems({ [field]: "invalid" });
      },
    });
  };
  const field = (name: keyof DraftProblems) => ({
    "data-testid": name,
    value: draft[name],
    error: problems[name] && t(`new.problems.${name}_${problems[name]}`),
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      change({ [name]: event.target.value });
      setProblems((current) => ({ ...current, [name]: undefined }));
    },
  });
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-5">
      <TextField label={t("new.name")} autoComplete="off" autoFocus required {...field("name")} />
      <ChannelChoice value={draft.channel} onChange={(channel) => change({ channel })} />
      {draft.channel === "sms" && (
        <TextField
          label={t("new.phone")}
          type="tel"
          autoComplete="off"
          placeholder="+33 6 12 34 56 78"
          hint={t("new.phone_hint")}
          required
          {...field("phone")}
        />
      )}
      {draft.channel === "email" && (
        <TextField label={t("new.email")} type="email" autoComplete="off" required {...field("email")} />
      )}
      <NativeSelect
        label={t("new.locale")}
        hint={t("new.locale_hint")}
        value={draft.locale}
        options={LANGUAGES.map((code) => ({ value: code, label: LANGUAGE_NAMES[code] }))}
        onChange={(locale) => change({ locale })}
      />
      <TextField
        label={t("new.reference")}
        placeholder="INS-42871"
        autoComplete="off"
        required
        {...field("reference")}
      />
      <TextField
        label={t("new.address")}
        aside={t("common:optional")}
        hint={t("new.address_hint")}
        autoComplete="off"
        {...field("address")}
      />
      <div className="flex flex-col gap-4 rounded-surface border border-line p-4">
        <Switch
          label={t("new.recording")}
          description={t("new.recording_hint")}
          checked={draft.recording}
          onChange={(recording) => change({ recording })}
        />
        <Switch
          label={t("new.signature")}
          description={t("new.signature_hint")}
          checked={draft.signature}
          onChange={(signature) => change({ signature })}
        />
      </div>
      {create.isError && Object.values(problems).every((problem) => problem === undefined) && (
        <CreateFailed error={create.error} />
      )}
      <Button data-testid="create" type="submit" variant="primary" size="touch" block busy={create.isPending}>
        {t(`new.submit_${draft.channel}`)}
      </Button>
    </form>
  );
}

function CreateFailed({ error }: { error: Error }) {
  const { t } = useTranslation(["console", "common"]);
  const answered = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-control bg-danger-soft px-3 py-2.5 text-sm text-danger-text"
    >
      <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      {answered ? error.message : t("new.failed")}
    </p>
  );
}
