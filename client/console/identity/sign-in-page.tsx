import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useSearchParams } from "react-router";
import { signIn } from "../api/identity.ts";
import { queryKeys } from "../api/keys.ts";
import { usePageTitle } from "../common/use-page-title.ts";
import { Wordmark } from "../common/wordmark.tsx";
import { addressAfterSignIn } from "./return-address.ts";
import { useMe } from "./use-me.ts";

/** Signs a member in and leads back to where they wanted to go. */
export function SignInPage() {
  const { t } = useTranslation("console");
  const { data: me } = useMe();
  const [search] = useSearchParams();
  usePageTitle(t("sign_in.title"));
  if (me) return <Navigate to={addressAfterSignIn(search)} replace />;
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex items-center justify-between gap-4 px-4 py-3 sm:px-6">
        <Wordmark />
        <LanguageSwitch />
      </header>
      <main className="flex flex-1 flex-col items-center justify-center px-4 pt-4 pb-24">
        <div className="flex w-full max-w-sm flex-col gap-6">
          <div className="flex flex-col gap-1.5">
            <h1 className="text-xl font-semibold">{t("sign_in.title")}</h1>
            <p className="text-sm text-muted">{t("sign_in.text")}</p>
          </div>
          <Card>
            <SignInForm />
          </Card>
        </div>
      </main>
    </div>
  );
}

function SignInForm() {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const [capsLock, setCapsLock] = useState(false);
  const attempt = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email, password),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.me }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    attempt.mutate({ email: String(data.get("email")).trim(), password: String(data.get("password")) });
  };
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      {attempt.error !== null && <SignInProblem error={attempt.error} />}
      <TextField
        data-testid="email"
        label={t("sign_in.email")}
        name="email"
        type="email"
        autoComplete="username"
        autoFocus
        required
      />
      <TextField
        data-testid="password"
        label={t("sign_in.password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        onKeyDown={watchCapsLock}
        onKeyUp={watchCapsLock}
        onBlur={() => setCapsLock(false)}
        hint={
          capsLock ? (
            <span role="status" className="flex items-center gap-1.5 text-warning-text">
              <TriangleAlert size={16} aria-hidden className="shrink-0" />
              {t("sign_in.caps_lock")}
            </span>
          ) : undefined
        }
      />
      <Button data-testid="sign-in" type="submit" variant="primary" size="touch" block busy={attempt.isPending}>
        {attempt.isPending ? t("sign_in.busy") : t("sign_in.submit")}
      </Button>
    </form>
  );
}

function SignInProblem({ error }: { error: Error }) {
  const { t } = useTranslation(["console", "common"]);
  const status = error instanceof ApiError ? error.status : undefined;
  const text =
    status === 400 || status === 401 || status === 403 || status === 422
      ? t("sign_in.wrong")
      : status === 429
        ? t("sign_in.too_many")
        : status === 0
          ? t("common:failed.network")
          : t("common:failed.unexpected");
  return (
    <p
      role="alert"
      className="flex items-start gap-2 rounded-control bg-danger-soft px-3 py-2.5 text-sm text-danger-text"
    >
      <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      {text}
    </p>
  );
}
