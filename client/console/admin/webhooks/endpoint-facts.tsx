import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { updateEndpoint } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { useEventText } from "./event-texts.ts";
import { ModePill } from "./mode-pill.tsx";
import { Moment } from "./moment.tsx";

/** What an endpoint hears of, its secret, and what its state means. */
export function EndpointFacts({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  const textOf = useEventText();
  const { event_types, mode, created_at, secret_prefix, previous_secret_expires_at: previous } = endpoint;
  return (
    <Card className="flex flex-col gap-4">
      <StateText endpoint={endpoint} />
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm lg:grid-cols-4">
        <Fact label={t("admin.webhooks.columns.events")}>
          {event_types.length === 0 ? (
            t("admin.webhooks.events_all")
          ) : (
            <ul>
              {event_types.map((name) => (
                <li key={name} title={name}>
                  {textOf(name)}
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact label={t("admin.webhooks.columns.mode")}>
          <ModePill mode={mode} />
        </Fact>
        <Fact label={t("admin.webhooks.made")}>
          <Moment at={created_at} />
        </Fact>
        <Fact label={t("admin.webhooks.secret")}>
          <code data-testid="secret-prefix" className="font-mono">
            whsec_{secret_prefix}…
          </code>
          {previous !== null && <PreviousSecret id={endpoint.id} until={previous} />}
        </Fact>
      </dl>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-1 text-xs text-muted">{label}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  );
}

function StateText({ endpoint: { active, disabled_at, failures_in_a_row } }: { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  if (active && failures_in_a_row === 0) return null;
  const text = active ? "failing_text" : disabled_at === null ? "paused_text" : "disabled_text";
  return (
    <p className={`text-sm ${disabled_at !== null ? "text-danger-text" : active ? "text-warning-text" : "text-muted"}`}>
      {disabled_at !== null && (
        <>
          {t("admin.webhooks.disabled_since")} <Moment at={disabled_at} />.{" "}
        </>
      )}
      {t(`admin.webhooks.${text}`)}
    </p>
  );
}

/** The secret before the newest one, and the way to end it now. */
function PreviousSecret({ id, until }: { id: string; until: string }) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const mayWrite = may(useMember(), "webhooks:write");
  const [asked, setAsked] = useState(false);
  const revoke = useMutation({
    mutationFn: () => updateEndpoint(id, { revoke_previous_secrets: true }),
    onSuccess: () => {
      close();
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    },
  });
  const close = () => {
    revoke.reset();
    setAsked(false);
  };
  return (
    <div data-testid="previous-secret" className="mt-1 flex flex-col items-start gap-1.5">
      <span className="text-warning-text">
        {t("admin.webhooks.previous_until")} <Moment at={until} />
      </span>
      {mayWrite && (
        <Button data-testid="revoke-previous" size="small" onClick={() => setAsked(true)}>
          {t("admin.webhooks.revoke")}
        </Button>
      )}
      <ConfirmDialog
        open={asked}
        onClose={close}
        title={t("admin.webhooks.revoke_title")}
        text={t("admin.webhooks.revoke_text")}
        confirm={t("admin.webhooks.revoke")}
        danger
        busy={revoke.isPending}
        error={revoke.error}
        otherwise={t("admin.webhooks.save_failed")}
        onConfirm={() => revoke.mutate()}
      />
    </div>
  );
}
