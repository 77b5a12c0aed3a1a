import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { Skeleton } from "@nexbasira/ui/skeleton.tsx";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { readCallbackSecret, rotateCallbackSecret } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { Moment } from "./moment.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { SigningSecretDialog } from "./signing-secret-dialog.tsx";

/** The secret that signs what inspections send to their own callbacks. */
export function CallbackSecretCard() {
  const { t } = useTranslation("console");
  const mayWrite = may(useMember(), "webhooks:write");
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.callbackSecret,
    queryFn: ({ signal }) => readCallbackSecret(signal),
  });
  const [isRotating, setRotating] = useState(false);
  const [secret, setSecret] = useState<string>();
  return (
    <section aria-labelledby="callback-secret" className="flex flex-col gap-3">
      <div className="flex max-w-2xl flex-col gap-1">
        <h2 id="callback-secret" className="text-base font-semibold">
          {t("admin.webhooks.callback")}
        </h2>
        <p className="text-sm text-muted">{t("admin.webhooks.callback_text")}</p>
      </div>
      <Card className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        {data === undefined && error === null && <Skeleton className="h-11 w-64 max-w-full" />}
        {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
        {data !== undefined && (
          <>
            <div className="flex min-w-0 flex-col gap-0.5 text-sm">
              <code data-testid="callback-prefix" className="font-mono text-ink">
                whsec_{data.secret_prefix}…
              </code>
              <span className="text-muted">
                {t("admin.webhooks.secret_since")} <Moment at={data.created_at} />
              </span>
              {data.previous_secret_expires_at !== null && (
                <span className="text-warning-text">
                  {t("admin.webhooks.previous_until")} <Moment at={data.previous_secret_expires_at} />
                </span>
              )}
            </div>
            {mayWrite && (
              <Button data-testid="rotate-callback-secret" icon={KeyRound} onClick={() => setRotating(true)}>
                {t("admin.webhooks.rotate")}
              </Button>
            )}
          </>
        )}
      </Card>
      <RotateDialog
        open={isRotating}
        onClose={() => setRotating(false)}
        rotate={async (atOnce) => (await rotateCallbackSecret(atOnce)).signing_secret}
        onRotated={setSecret}
      />
      <SigningSecretDialog
        secret={secret}
        description={t("admin.webhooks.secret_callback_text")}
        onDone={() => setSecret(undefined)}
      />
    </section>
  );
}
