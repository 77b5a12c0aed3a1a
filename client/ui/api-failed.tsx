import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "./api-error.ts";
import { Button } from "./button.tsx";
import { FailedState } from "./failed-state.tsx";

export interface ApiFailedProps {
  /** What was thrown; anything that is no ApiError is shown as a mistake of ours. */
  error: unknown;
  /** What is safe in spite of it. */
  safe?: ReactNode;
  onRetry?: () => void;
}

/** A failed request in words: what happened, what is safe, what to do. */
export function ApiFailed({ error, safe, onRetry }: ApiFailedProps) {
  const { t } = useTranslation();
  const { title, advice } = useWords(error);
  return (
    <FailedState
      title={title}
      safe={safe}
      advice={advice}
      reference={error instanceof ApiError ? error.requestId : undefined}
      action={
        onRetry && (
          <Button icon={RotateCw} onClick={onRetry}>
            {t("retry")}
          </Button>
        )
      }
    />
  );
}

function useWords(error: unknown): { title: string; advice: string } {
  const { t } = useTranslation();
  if (error instanceof ApiError) {
    if (error.code === "network") return { title: t("failed.network"), advice: t("failed.network_advice") };
    if (error.code === "timeout") return { title: t("failed.timeout"), advice: t("failed.network_advice") };
    if (error.code === "bad_answer" && error.status < 400)
      return { title: t("failed.answer"), advice: t("failed.answer_advice") };
    if (error.status < 500) return { title: error.title, advice: error.detail ?? "" };
  }
  return { title: t("failed.unexpected"), advice: t("failed.unexpected_advice") };
}
