import type { ProviderSigning } from "@nexbasira/core/contract/signing.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Progress } from "@nexbasira/ui/progress.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { ExternalLink } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { CredentialChoices } from "./credential-choices.tsx";
import { LeaveForm } from "./leave-form.tsx";
import type { ProviderActions, SigningProblem } from "./use-signing.ts";

export interface ProviderStepProps {
  provider: ProviderSigning;
  actions: ProviderActions;
}

/** The way to a signature at a remote signing service: who the person is there, and what they give leave by. */
export function ProviderStep({ provider, actions }: ProviderStepProps) {
  const { t } = useTranslation("participant");
  const { name, step, problem, credential } = provider;
  const [failure, setFailure] = useState<SigningProblem | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const act = (what: string, action: () => Promise<SigningProblem | null>) => async (): Promise<void> => {
    setBusy(what);
    setFailure(await action());
    setBusy(null);
  };
  return (
    <div data-testid="provider-step" data-step={step} className="flex flex-col gap-4">
      {problem !== null && failure === null && (
        <p role="alert" className="rounded-control bg-warning-soft px-4 py-3 text-warning-text">
          {t(`provider.problem.${problem}`, { name })}
        </p>
      )}
      {failure !== null && (
        <p role="alert" className="text-sm text-danger-text">
          {t(`code.${failure}`)}
        </p>
      )}
      {step === "begun" && (
        <>
          <CredentialChoices choices={provider.choices.filter((choice) => choice.problem !== null)} />
          <p>{t("provider.why", { name })}</p>
          <Way label={t("provider.sign_in", { name })} busy={busy === "way"} onGo={act("way", actions.goThere)} />
          <Login busy={busy === "login"} onLogin={(login) => act("login", () => actions.choose({ login }))()} />
        </>
      )}
      {step === "choosing" && (
        <>
          <p>{t("provider.choose")}</p>
          <CredentialChoices
            choices={provider.choices}
            busy={busy}
            onChoose={(id) => act(id, () => actions.choose({ credential_id: id }))()}
          />
        </>
      )}
      {step === "preparing" && <Progress label={t("provider.preparing")} />}
      {credential !== null && (
        <>
          <p className="text-sm">
            <span className="block text-muted">{t("provider.certificate")}</span>
            <span className="break-words text-ink">{credential.subject}</span>
          </p>
          {credential.mode === "oauth2code" ? (
            <Way label={t("provider.leave_there", { name })} busy={busy === "way"} onGo={act("way", actions.goThere)} />
          ) : (
            <LeaveForm
              factors={credential.factors}
              codeSent={provider.code_sent}
              busy={busy}
              onCode={act("code", actions.sendCode)}
              onLeave={(answers) => act("leave", () => actions.leave(answers))()}
            />
          )}
        </>
      )}
      {(step === "choosing" || step === "prepared") && (
        <Button
          variant="quiet"
          size="touch"
          busy={busy === "other"}
          onClick={() => void act("other", () => actions.choose({ credential_id: null }))()}
          data-testid="provider-other"
        >
          {t("provider.other")}
        </Button>
      )}
    </div>
  );
}

function Way({ label, busy, onGo }: { label: string; busy: boolean; onGo: () => Promise<void> }) {
  return (
    <Button
      variant="primary"
      size="large"
      block
      icon={ExternalLink}
      busy={busy}
      onClick={() => void onGo()}
      data-testid="provider-way"
    >
      {label}
    </Button>
  );
}

function Login({ busy, onLogin }: { busy: boolean; onLogin: (login: string) => Promise<void> }) {
  const { t } = useTranslation("participant");
  const [login, setLogin] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (login.trim() !== "") void onLogin(login.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <TextField
        touch
        label={t("provider.login")}
        hint={t("provider.login_hint")}
        value={login}
        maxLength={200}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => setLogin(event.target.value)}
        data-testid="provider-login"
      />
      <Button
        size="large"
        block
        type="submit"
        busy={busy}
        disabled={login.trim() === ""}
        data-testid="provider-continue"
      >
        {t("provider.continue")}
      </Button>
    </form>
  );
}
