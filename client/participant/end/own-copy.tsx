import type { ParticipantCopy } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { buttonClass } from "@nexbasira/ui/button.tsx";
import { Spinner } from "@nexbasira/ui/spinner.tsx";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { readLink } from "../join-api.ts";

const LOOK_AGAIN_MS = 5_000;

/** The person's copy of the evidence file, where the organization allows one; it is looked for until it is there. */
export function OwnCopy({ token }: { token: string }) {
  const { t } = useTranslation("participant");
  const copy = useCopy(token);
  if (copy === null) return null;
  if (copy.url === null) {
    return (
      <p
        role="status"
        data-testid="copy"
        data-status="preparing"
        className="flex items-center justify-center gap-3 text-sm"
      >
        <Spinner />
        {t("end.copy_preparing")}
      </p>
    );
  }
  return (
    <a href={copy.url} data-testid="copy" data-status="ready" className={buttonClass("primary", "large")}>
      <Download size={20} aria-hidden />
      {t("end.copy")}
    </a>
  );
}

function useCopy(token: string): ParticipantCopy | null {
  const [copy, setCopy] = useState<ParticipantCopy | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const look = async (): Promise<void> => {
      let found: ParticipantCopy | null | undefined;
      try {
        found = (await readLink(token)).copy;
      } catch (error) {
        // No network, or a busy server: it is looked for again.
        if (!(error instanceof ApiError)) throw error;
      }
      if (left) return;
      if (found !== undefined) setCopy(found);
      if (found === undefined || found?.status === "preparing") timer = setTimeout(() => void look(), LOOK_AGAIN_MS);
    };
    void look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [token]);
  return copy;
}
