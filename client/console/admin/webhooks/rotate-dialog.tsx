import { classNames } from "@nexbasira/ui/class-names.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queryKeys } from "../../api/keys.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

const WAYS = ["both", "at_once"] as const;
type Way = (typeof WAYS)[number];

export interface RotateDialogProps {
  open: boolean;
  onClose: () => void;
  /** Makes the new secret; `atOnce` ends the one before now instead of in 24 hours. */
  rotate: (atOnce: boolean) => Promise<string>;
  onRotated: (secret: string) => void;
}

/** Asks how a secret is to be replaced: with a day to change the receiver, or at once because it has leaked. */
export function RotateDialog({ open, onClose, rotate, onRotated }: RotateDialogProps) {
  const { t } = useTranslation("console");
  const queryClient = useQueryClient();
  const [way, setWay] = useState<Way>("both");
  const close = () => {
    rotation.reset();
    setWay("both");
    onClose();
  };
  const rotation = useMutation({
    mutationFn: () => rotate(way === "at_once"),
    onSuccess: (secret) => {
      close();
      onRotated(secret);
      return queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    },
    // The answer holds the secret: it is forgotten with the dialog.
    gcTime: 0,
  });
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={t("admin.webhooks.rotate_title")}
      text={t("admin.webhooks.rotate_text")}
      confirm={t("admin.webhooks.rotate_confirm")}
      danger={way === "at_once"}
      busy={rotation.isPending}
      error={rotation.error}
      otherwise={t("admin.webhooks.rotate_failed")}
      onConfirm={() => rotation.mutate()}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="sr-only">{t("admin.webhooks.rotate_how")}</legend>
        {WAYS.map((value) => (
          <label
            key={value}
            data-testid={`rotate-${value}`}
            className={classNames(
              "flex cursor-pointer items-start gap-3 rounded-control border p-3 text-sm transition-colors",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-text",
              way === value ? "border-accent-text bg-accent-soft" : "border-control hover:bg-hover",
            )}
          >
            <input
              type="radio"
              name="rotate"
              checked={way === value}
              onChange={() => setWay(value)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="flex flex-col gap-0.5">
              <span className="font-medium text-ink">{t(`admin.webhooks.rotate_${value}`)}</span>
              <span className="text-muted">{t(`admin.webhooks.rotate_${value}_text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}
