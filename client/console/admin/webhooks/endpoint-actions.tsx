import type { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Pause, Pencil, Play, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { fireTest, updateEndpoint } from "../../api/webhooks.ts";
import { may } from "../../identity/may.ts";
import { useMember } from "../../identity/member-context.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { DeleteDialog, PauseDialog } from "./endpoint-dialogs.tsx";
import { EditEndpointPanel } from "./endpoint-panels.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { SigningSecretDialog } from "./signing-secret-dialog.tsx";

export interface EndpointActionsProps {
  endpoint: WebhookEndpoint;
  /** A test is on its way: the delivery's id. */
  onTest: (deliveryId: string) => void;
}

type Asked = "edit" | "pause" | "rotate" | "delete";

/** What can be done with an endpoint; nothing for who may only look. */
export function EndpointActions({ endpoint, onTest }: EndpointActionsProps) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const mayWrite = may(useMember(), "webhooks:write");
  const [asked, setAsked] = useState<Asked>();
  const [secret, setSecret] = useState<string>();
  const close = () => setAsked(undefined);
  const renew = () => queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
  const test = useMutation({
    mutationFn: () => fireTest(endpoint.id),
    onSuccess: ({ id }) => {
      onTest(id);
      return renew();
    },
  });
  const resume = useMutation({
    mutationFn: () => updateEndpoint(endpoint.id, { active: true }),
    onSuccess: renew,
  });
  if (!mayWrite) return null;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {endpoint.active ? (
          <Button
            data-testid="test-fire"
            variant="primary"
            icon={Send}
            busy={test.isPending}
            onClick={() => test.mutate()}
          >
            {t("admin.webhooks.test")}
          </Button>
        ) : (
          <Button
            data-testid="resume"
            variant="primary"
            icon={Play}
            busy={resume.isPending}
            onClick={() => resume.mutate()}
          >
            {t("admin.webhooks.resume")}
          </Button>
        )}
        <Button data-testid="edit" icon={Pencil} onClick={() => setAsked("edit")}>
          {t("admin.webhooks.edit")}
        </Button>
        {endpoint.active && (
          <Button data-testid="pause" icon={Pause} onClick={() => setAsked("pause")}>
            {t("admin.webhooks.pause")}
          </Button>
        )}
        <Button data-testid="rotate" icon={KeyRound} onClick={() => setAsked("rotate")}>
          {t("admin.webhooks.rotate")}
        </Button>
        <Button data-testid="delete" icon={Trash2} onClick={() => setAsked("delete")}>
          {t("admin.webhooks.delete")}
        </Button>
      </div>
      {test.isError && <ProblemNotice error={test.error} otherwise={t("admin.webhooks.test_failed")} />}
      {resume.isError && <ProblemNotice error={resume.error} otherwise={t("admin.webhooks.save_failed")} />}
      <EditEndpointPanel endpoint={endpoint} open={asked === "edit"} onOpenChange={(open) => !open && close()} />
      <PauseDialog endpoint={endpoint} open={asked === "pause"} onClose={close} />
      <DeleteDialog endpoint={endpoint} open={asked === "delete"} onClose={close} />
      <RotateDialog
        open={asked === "rotate"}
        onClose={close}
        rotate={(atOnce) => rotateSecret(endpoint.id, atOnce)}
        onRotated={setSecret}
      />
      <SigningSecretDialog
        secret={secret}
        description={t("admin.webhooks.secret_rotated_text")}
        onDone={() => setSecret(undefined)}
      />
    </>
  );
}

async function rotateSecret(id: string, atOnce: boolean): Promise<string> {
  const change = { rotate_secret: true, ...(atOnce && { revoke_previous_secrets: true }) };
  const { signing_secret } = await updateEndpoint(id, change);
  if (signing_secret === undefined) throw new Error("the answer to a rotation has no secret");
  return signing_secret;
}
