import type { Mode } from "@nexbasira/core/contract/session.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../identity/member-context.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { Segments } from "../segments.tsx";
import type { EndpointDraft, EndpointProblems } from "./endpoint-draft.ts";
import { EventChoice } from "./event-choice.tsx";

export interface EndpointFormProps {
  draft: EndpointDraft;
  onChange: (draft: EndpointDraft) => void;
  problems: EndpointProblems;
  /** Called when nothing is wrong. */
  onSubmit: () => void;
  busy: boolean;
  /** Why the server did not take it. */
  error: Error | null;
  /** Said where the server did not get that far. */
  otherwise: string;
  /** What the button says, and while the receiver is being asked. */
  submit: string;
  /** The mode is chosen once, when the endpoint is made. */
  withMode: boolean;
}

/** Where an endpoint is, what it is for, and what it hears of. */
export function EndpointForm(props: EndpointFormProps) {
  const { draft, onChange, problems, onSubmit, busy, error, otherwise, submit, withMode } = props;
  const { t } = useTranslation(["console", "common"]);
  const { sandbox } = useMember().organization;
  const form = useRef<HTMLFormElement>(null);
  const [shown, setShown] = useState(false);
  const change = (part: Partial<EndpointDraft>) => onChange({ ...draft, ...part });
  const focusProblem = () => form.current?.querySelector<HTMLElement>("[aria-invalid='true'], [data-invalid]")?.focus();
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(problems).length === 0) return onSubmit();
    setShown(true);
    // They are marked in the next frame; the first one takes the focus.
    requestAnimationFrame(focusProblem);
  };
  const refused = error instanceof ApiError && error.param === "url" ? reasonOf(error) : undefined;
  const isRefused = refused !== undefined;
  useEffect(() => {
    if (isRefused) focusProblem();
  }, [isRefused]);
  const ownProblem = shown && problems.url ? t(`admin.webhooks.problems.url_${problems.url}`) : undefined;
  return (
    <form ref={form} noValidate onSubmit={send} className="flex flex-col gap-6">
      <TextField
        data-testid="endpoint-url"
        type="url"
        inputMode="url"
        label={t("admin.webhooks.url")}
        hint={t("admin.webhooks.url_hint")}
        placeholder="https://"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        required
        value={draft.url}
        error={ownProblem ?? (refused && t(`admin.webhooks.problems.url_${refused.kind}`, { reason: refused.reason }))}
        onChange={(event) => change({ url: event.target.value })}
      />
      <TextField
        data-testid="endpoint-description"
        label={t("admin.webhooks.description")}
        hint={t("admin.webhooks.description_hint")}
        aside={t("common:optional")}
        autoComplete="off"
        value={draft.description}
        error={
          shown && problems.description ? t(`admin.webhooks.problems.description_${problems.description}`) : undefined
        }
        onChange={(event) => change({ description: event.target.value })}
      />
      {withMode && <ModeChoice value={draft.mode} onChange={(mode) => change({ mode })} testOnly={sandbox} />}
      <EventChoice
        all={draft.all}
        value={draft.event_types}
        onChange={change}
        error={shown && problems.event_types ? t("admin.webhooks.problems.events_missing") : undefined}
      />
      {error !== null && refused === undefined && <ProblemNotice error={error} otherwise={otherwise} />}
      <Button data-testid="submit-endpoint" type="submit" variant="primary" size="touch" block busy={busy}>
        {busy ? t("admin.webhooks.asking") : submit}
      </Button>
    </form>
  );
}

const UNANSWERED = /^url: did not answer a test event with 2xx within 10 s: /;

/** Why the server refuses an address: it did not answer the test, and how; or in the server's own words. */
function reasonOf(error: ApiError): { kind: "unanswered" | "refused"; reason: string } {
  const text = error.detail ?? error.title;
  if (UNANSWERED.test(text)) return { kind: "unanswered", reason: text.replace(UNANSWERED, "") };
  return { kind: "refused", reason: text.replace(/^url: /, "") };
}

function ModeChoice({ value, onChange, testOnly }: { value: Mode; onChange: (mode: Mode) => void; testOnly: boolean }) {
  const { t } = useTranslation("console");
  if (testOnly) return <p className="text-sm text-muted">{t("admin.webhooks.mode_sandbox")}</p>;
  return (
    <div className="flex flex-col gap-1.5">
      <p aria-hidden className="text-sm font-medium text-ink">
        {t("admin.webhooks.mode")}
      </p>
      <Segments
        label={t("admin.webhooks.mode")}
        value={value}
        segments={[
          { value: "live", label: t("admin.modes.live") },
          { value: "test", label: t("admin.modes.test") },
        ]}
        onChange={onChange}
      />
      <p className="text-sm text-muted">{t(`admin.webhooks.mode_${value}`)}</p>
    </div>
  );
}
