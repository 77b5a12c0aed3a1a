import type { CreatedWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus, Webhook } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { queryKeys } from "../../api/keys.ts";
import { listEndpoints } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { AdminPage } from "../admin-page.tsx";
import { CallbackSecretCard } from "./callback-secret-card.tsx";
import { NewEndpointPanel } from "./endpoint-panels.tsx";
import { EndpointTable } from "./endpoint-table.tsx";
import { SigningSecretDialog } from "./signing-secret-dialog.tsx";

/** Where events are sent to; a new endpoint's secret is shown once. Below: the secret of the inspections' callbacks. */
export function WebhooksPage() {
  const { t } = useTranslation("console");
  const navigate = useNavigate();
  const mayWrite = may(useMember(), "webhooks:write");
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedWebhookEndpoint>();
  const create = mayWrite ? () => setCreating(true) : undefined;
  return (
    <AdminPage
      title={t("admin.webhooks.title")}
      text={t("admin.webhooks.text")}
      action={
        create && (
          <Button data-testid="new-endpoint" variant="primary" icon={Plus} onClick={create}>
            {t("admin.webhooks.new")}
          </Button>
        )
      }
    >
      <EndpointList onCreate={create} />
      <CallbackSecretCard />
      <NewEndpointPanel
        open={isCreating}
        onOpenChange={setCreating}
        onCreated={(endpoint) => {
          setCreating(false);
          setCreated(endpoint);
        }}
      />
      <SigningSecretDialog
        secret={created?.signing_secret}
        description={t("admin.webhooks.secret_new_text")}
        onDone={() => {
          setCreated(undefined);
          if (created) void navigate(created.id);
        }}
      />
    </AdminPage>
  );
}

function EndpointList({ onCreate }: { onCreate: (() => void) | undefined }) {
  const { t } = useTranslation("console");
  const pages = useInfiniteQuery({
    queryKey: queryKeys.webhookEndpoints,
    queryFn: ({ pageParam, signal }) => listEndpoints(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Deliveries fail without telling the console.
    refetchOnMount: "always",
  });
  const endpoints = pages.data?.pages.flatMap((page) => page.data);
  if (endpoints === undefined) {
    return pages.error === null ? (
      <Card>
        <SkeletonList rows={4} />
      </Card>
    ) : (
      <ApiFailed error={pages.error} onRetry={() => void pages.refetch()} />
    );
  }
  if (endpoints.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={Webhook}
          title={t("admin.webhooks.empty")}
          text={t("admin.webhooks.empty_text")}
          action={
            onCreate && (
              <Button variant="primary" icon={Plus} onClick={onCreate}>
                {t("admin.webhooks.new")}
              </Button>
            )
          }
        />
      </Card>
    );
  }
  return (
    <>
      <EndpointTable endpoints={endpoints} />
      {pages.hasNextPage && (
        <Button className="self-center" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("admin.more")}
        </Button>
      )}
    </>
  );
}
