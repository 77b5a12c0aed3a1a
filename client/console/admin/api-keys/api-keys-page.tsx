import type { ApiKey, ApiKeyState, CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { SecretDialog } from "@nexbasira/ui/secret-dialog.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { listApiKeys } from "../../api/api-keys.ts";
import { queryKeys } from "../../api/keys.ts";
import { AdminPage } from "../admin-page.tsx";
import { Segments } from "../segments.tsx";
import { ApiKeyTable } from "./api-key-table.tsx";
import { NewApiKeyPanel } from "./new-api-key-panel.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";

/** The organization's keys; a new one's secret is shown once. Which ones are shown is in the address. */
export function ApiKeysPage() {
  const { t } = useTranslation("console");
  const [address, setAddress] = useSearchParams();
  const state: ApiKeyState = address.get("state") === "ended" ? "ended" : "active";
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<CreatedApiKey>();
  const [revoking, setRevoking] = useState<ApiKey>();
  const create = () => setCreating(true);
  const finish = (key: CreatedApiKey) => {
    setCreating(false);
    setCreated(key);
    setAddress({}, { replace: true });
  };
  return (
    <AdminPage
      title={t("admin.api_keys.title")}
      text={t("admin.api_keys.text")}
      action={
        <Button data-testid="new-api-key" variant="primary" icon={Plus} onClick={create}>
          {t("admin.api_keys.new")}
        </Button>
      }
    >
      <Segments
        label={t("admin.api_keys.state")}
        value={state}
        segments={(["active", "ended"] as const).map((value) => ({
          value,
          label: t(`admin.api_keys.states.${value}`),
        }))}
        onChange={(next) => setAddress(next === "ended" ? { state: next } : {}, { replace: true })}
      />
      <ApiKeyList state={state} onCreate={create} onRevoke={setRevoking} />
      <NewApiKeyPanel open={isCreating} onOpenChange={setCreating} onCreated={finish} />
      <SecretDialog
        secret={created?.secret}
        title={t("admin.api_keys.secret", { name: created?.name })}
        description={t("admin.api_keys.secret_text")}
        onDone={() => setCreated(undefined)}
      />
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </AdminPage>
  );
}

interface ApiKeyListProps {
  state: ApiKeyState;
  onCreate: () => void;
  onRevoke: (key: ApiKey) => void;
}

function ApiKeyList({ state, onCreate, onRevoke }: ApiKeyListProps) {
  const { t } = useTranslation("console");
  const pages = useInfiniteQuery({
    queryKey: queryKeys.apiKeyList(state),
    queryFn: ({ pageParam, signal }) => listApiKeys(state, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Integrations use keys without telling the console.
    refetchOnMount: "always",
  });
  const keys = pages.data?.pages.flatMap((page) => page.data);
  if (keys === undefined) {
    return pages.error === null ? (
      <Card>
        <SkeletonList rows={4} />
      </Card>
    ) : (
      <ApiFailed error={pages.error} onRetry={() => void pages.refetch()} />
    );
  }
  if (keys.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={KeyRound}
          title={t(`admin.api_keys.none_${state}`)}
          text={t(`admin.api_keys.none_${state}_text`)}
          action={
            state === "active" && (
              <Button variant="primary" icon={Plus} onClick={onCreate}>
                {t("admin.api_keys.new")}
              </Button>
            )
          }
        />
      </Card>
    );
  }
  return (
    <>
      <ApiKeyTable keys={keys} onRevoke={onRevoke} />
      {pages.hasNextPage && (
        <Button className="self-center" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("admin.more")}
        </Button>
      )}
    </>
  );
}
