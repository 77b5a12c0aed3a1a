import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { queryKeys } from "../../api/keys.ts";
import { readEndpoint } from "../../api/webhooks.ts";
import { usePageTitle } from "../../common/use-page-title.ts";
import { DeliveryChart } from "./delivery-chart.tsx";
import { DeliveryLog } from "./delivery-log.tsx";
import { EndpointActions } from "./endpoint-actions.tsx";
import { EndpointFacts } from "./endpoint-facts.tsx";
import { EndpointState } from "./endpoint-state.tsx";
import { TestResult } from "./test-result.tsx";

/** One endpoint: how it stands, what can be done with it, how its deliveries went. */
export function EndpointPage() {
  const { t } = useTranslation("console");
  const { id = "" } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.webhookEndpoint(id),
    queryFn: ({ signal }) => readEndpoint(id, signal),
    // Deliveries fail without telling the console.
    refetchOnMount: "always",
  });
  usePageTitle(data?.url ?? t("admin.webhooks.title"));
  return (
    <div className="flex w-full max-w-6xl flex-1 flex-col gap-5 p-4 sm:p-6">
      <Link
        to="/console/admin/webhooks"
        className="inline-flex items-center gap-1.5 self-start rounded-small text-sm font-medium text-muted hover:text-ink"
      >
        <ArrowLeft size={16} aria-hidden />
        {t("admin.webhooks.all_endpoints")}
      </Link>
      {data === undefined && error === null && (
        <Card>
          <SkeletonList rows={4} />
        </Card>
      )}
      {data === undefined && error !== null && <ApiFailed error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Endpoint key={id} endpoint={data} />}
    </div>
  );
}

function Endpoint({ endpoint }: { endpoint: WebhookEndpoint }) {
  const [testId, setTestId] = useState<string>();
  return (
    <>
      <header className="flex flex-col gap-3">
        <div className="flex min-w-0 flex-col gap-1.5">
          <h1 className="text-lg font-semibold [overflow-wrap:anywhere]">{endpoint.url}</h1>
          {endpoint.description !== null && <p className="text-sm break-words text-muted">{endpoint.description}</p>}
          <EndpointState endpoint={endpoint} />
        </div>
        <EndpointActions endpoint={endpoint} onTest={setTestId} />
      </header>
      {testId !== undefined && <TestResult key={testId} deliveryId={testId} onClose={() => setTestId(undefined)} />}
      <EndpointFacts endpoint={endpoint} />
      <DeliveryChart endpointId={endpoint.id} />
      <DeliveryLog endpoint={endpoint} />
    </>
  );
}
