import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { ConfirmIdentity, IdentityDocumentType, type IdentityProof } from "@nexbasira/core/contract/signing.ts";
import { Select } from "@nexbasira/ui/select.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmIdentity } from "../api/signing.ts";
import { FormDialog } from "./form-dialog.tsx";
import { useSigningMutation } from "./use-signing-mutation.ts";

const METHODS = ["document", "known", "other"] as const;

export interface IdentityDialogProps {
  detail: SessionDetail;
  onDone: () => void;
  onClose: () => void;
}

/** The inspector vouches for whom they see in the live picture, and says how they know. */
export function IdentityDialog({ detail, onDone, onClose }: IdentityDialogProps) {
  const { t } = useTranslation(["console", "common"]);
  const { session, signing } = detail;
  const [name, setName] = useState(signing.identity?.name ?? session.participant.name);
  const [method, setMethod] = useState<IdentityProof["method"]>("document");
  const [documentType, setDocumentType] = useState<IdentityDocumentType>("identity_card");
  const [country, setCountry] = useState("");
  const [ending, setEnding] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const confirm = useSigningMutation(session.id, confirmIdentity);
  const proof = {
    document: {
      method,
      document_type: documentType,
      issuing_country: country.trim().toUpperCase(),
      ...(ending.trim() !== "" && { document_ending: ending.trim().toUpperCase() }),
    },
    known: { method },
    other: { method, note },
  }[method];
  const parsed = ConfirmIdentity.safeParse({ name, proof });
  const wrong = (field: string): boolean =>
    tried && !parsed.success && parsed.error.issues.some(({ path }) => path.at(-1) === field);
  const submit = (): void => {
    setTried(true);
    if (parsed.success) confirm.mutate(parsed.data, { onSuccess: onDone });
  };
  return (
    <FormDialog
      title={t("identity.title")}
      description={t("identity.text", { name: session.participant.name })}
      submit={t("identity.confirm")}
      testId="identity-confirm"
      busy={confirm.isPending}
      error={confirm.error}
      failed={t("identity.failed")}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t("identity.name")}
        hint={t("identity.name_hint")}
        value={name}
        maxLength={120}
        autoComplete="off"
        error={wrong("name") ? t("identity.name_wrong") : undefined}
        onChange={(event) => setName(event.target.value)}
        data-testid="identity-name"
      />
      <Select
        label={t("identity.method")}
        value={method}
        options={METHODS.map((value) => ({ value, label: t(`identity.methods.${value}`) }))}
        onChange={setMethod}
      />
      {method === "document" && (
        <>
          <Select
            label={t("identity.document")}
            value={documentType}
            options={IdentityDocumentType.options.map((value) => ({
              value,
              label: t(`identity.documents.${value}`),
            }))}
            onChange={setDocumentType}
          />
          <div className="grid grid-cols-2 gap-4">
            <TextField
              label={t("identity.country")}
              hint={t("identity.country_hint")}
              value={country}
              maxLength={2}
              autoCapitalize="characters"
              autoComplete="off"
              className="uppercase"
              error={wrong("issuing_country") ? t("identity.country_wrong") : undefined}
              onChange={(event) => setCountry(event.target.value)}
              data-testid="identity-country"
            />
            <TextField
              label={t("identity.ending")}
              hint={t("identity.ending_hint")}
              aside={t("optional", { ns: "common" })}
              value={ending}
              maxLength={4}
              autoComplete="off"
              className="uppercase"
              error={wrong("document_ending") ? t("identity.ending_wrong") : undefined}
              onChange={(event) => setEnding(event.target.value)}
              data-testid="identity-ending"
            />
          </div>
        </>
      )}
      {method === "other" && (
        <TextField
          label={t("identity.note")}
          value={note}
          maxLength={300}
          autoComplete="off"
          error={wrong("note") ? t("identity.note_wrong") : undefined}
          onChange={(event) => setNote(event.target.value)}
          data-testid="identity-note"
        />
      )}
      <p className="text-sm text-muted">{t("identity.kept")}</p>
    </FormDialog>
  );
}
