import type { CreatedWebhookEndpoint, WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { SidePanel } from "@nexbasira/ui/side-panel.tsx";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { updateEndpoint } from "../../api/webhooks.ts";
import { useMember } from "../../identity/member-context.ts";
import { bodyOfDraft, changeOfDraft, draftOf, emptyDraft } from "./endpoint-draft.ts";
import { EndpointForm } from "./endpoint-form.tsx";
import { useCreateEndpoint } from "./use-create-endpoint.ts";

interface PanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

type NewEndpointPanelProps = PanelProps & { onCreated: (endpoint: CreatedWebhookEndpoint) => void };

/** Registers an endpoint. */
export function NewEndpointPanel({ open, onOpenChange, onCreated }: NewEndpointPanelProps) {
  const { t } = useTranslation("console");
  return (
    <SidePanel
      open={open}
      onOpenChange={onOpenChange}
      title={t("admin.webhooks.new")}
      description={t("admin.webhooks.new_text")}
    >
      <NewForm onCreated={onCreated} />
    </SidePanel>
  );
}

function NewForm({ onCreated }: Pick<NewEndpointPanelProps, "onCreated">) {
  const { t } = useTranslation("console");
  const { sandbox } = useMember().organization;
  const [draft, setDraft] = useState(() => emptyDraft(sandbox ? "test" : "live"));
  const create = useCreateEndpoint();
  const { body, problems } = bodyOfDraft(draft);
  return (
    <EndpointForm
      draft={draft}
      onChange={setDraft}
      problems={problems}
      onSubmit={() => body !== undefined && create.mutate(body, { onSuccess: onCreated })}
      busy={create.isPending}
      error={create.error}
      otherwise={t("admin.webhooks.create_failed")}
      submit={t("admin.webhooks.create")}
      withMode
    />
  );
}

/** Changes where an endpoint is, what it is for, and what it hears of. */
export function EditEndpointPanel({ endpoint, open, onOpenChange }: PanelProps & { endpoint: WebhookEndpoint }) {
  const { t } = useTranslation("console");
  return (
    <SidePanel
      open={open}
      onOpenChange={onOpenChange}
      title={t("admin.webhooks.edit_title")}
      description={t("admin.webhooks.edit_text")}
    >
      <EditForm endpoint={endpoint} onDone={() => onOpenChange(false)} />
    </SidePanel>
  );
}

function EditForm({ endpoint, onDone }: { endpoint: WebhookEndpoint; onDone: () => void }) {
  const { t } = useTranslation(["console", "common"]);
  const queryClient = useQueryClient();
  // What the form was opened with: the endpoint itself may be read again meanwhile.
  const [original] = useState(endpoint);
  const [draft, setDraft] = useState(() => draftOf(endpoint));
  const save = useMutation({
    mutationFn: (change: Parameters<typeof updateEndpoint>[1]) => updateEndpoint(original.id, change),
    onSuccess: () => {
      showToast({ kind: "success", text: t("admin.webhooks.saved") });
      onDone();
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    },
  });
  const { change, problems } = changeOfDraft(draft, original);
  const submit = () => {
    if (change === undefined) return;
    if (Object.keys(change).length === 0) return onDone();
    save.mutate(change);
  };
  return (
    <EndpointForm
      draft={draft}
      onChange={setDraft}
      problems={problems}
      onSubmit={submit}
      busy={save.isPending}
      error={save.error}
      otherwise={t("admin.webhooks.save_failed")}
      submit={t("common:save")}
      withMode={false}
    />
  );
}
