import { type Landing, SANDBOX_NAME_LENGTH } from "@nexbasira/core/contract/sandbox.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { CircleAlert, FlaskConical } from "lucide-react";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCreateSandbox } from "./use-sandbox.ts";

/** One button, and one field that may stay empty: it makes the sandbox, or says why not. */
export function SandboxOffer({ landing }: { landing: Landing }) {
  const { t } = useTranslation(["console", "common"]);
  const attempt = useCreateSandbox();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    attempt.mutate(name === "" ? {} : { name });
  };
  const isNameWrong = attempt.error instanceof ApiError && attempt.error.status === 400;
  return (
    <form
      method="post"
      onSubmit={submit}
      aria-label={t("landing.sandbox.title")}
      className="flex flex-col gap-4 rounded-surface lg:max-w-lg border border-line bg-sunken p-4 sm:p-5"
    >
      {attempt.error !== null && !isNameWrong && <Refusal error={attempt.error} />}
      <TextField
        label={t("landing.sandbox.name")}
        aside={t("common:optional")}
        data-testid="sandbox-name"
        name="name"
        maxLength={SANDBOX_NAME_LENGTH}
        autoComplete="organization"
        touch
        error={isNameWrong ? t("landing.sandbox.name_invalid") : undefined}
      />
      <div className="flex flex-col gap-2 sm:flex-row">
        <Button
          data-testid="make-sandbox"
          type="submit"
          variant="primary"
          size="touch"
          icon={FlaskConical}
          busy={attempt.isPending}
          className="sm:flex-1"
        >
          {attempt.isPending ? t("landing.sandbox.busy") : t("landing.sandbox.submit")}
        </Button>
        <Link to="/console/sessions" className={buttonClass("secondary", "touch")}>
          {landing.signed_in ? t("landing.enter") : t("landing.sign_in")}
        </Link>
      </div>
      <p className="text-sm text-muted">
        {landing.signed_in
          ? t("landing.sandbox.replaces", { organization: landing.signed_in.organization })
          : t("landing.sandbox.hint")}
      </p>
    </form>
  );
}

function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation("console");
  const status = error instanceof ApiError ? error.status : undefined;
  const reason = status === 429 ? "limit" : status === 404 ? "off" : status === 0 ? "network" : "failed";
  return (
    <p
      role="alert"
      data-testid="sandbox-refused"
      data-reason={reason}
      className="flex items-start gap-2 rounded-control bg-danger-soft px-3 py-2.5 text-sm text-danger-text"
    >
      <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      {t(`landing.sandbox.refused.${reason}`)}
    </p>
  );
}
