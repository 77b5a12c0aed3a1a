import type { ChooseCredential, CodeOutcome, Signing } from "@nexbasira/core/contract/signing.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useCallback, useEffect, useState } from "react";
import {
  askForCode,
  askProviderForCode,
  chooseCredential,
  confirmCode,
  giveLeave,
  readSigning,
  refuseToSign,
  wayToProvider,
} from "./signing-api.ts";

/** While something is under way on the server, and while only somebody elsewhere could change something. */
const SOON_MS = 2_000;
const LATER_MS = 15_000;

/** What a try to do something came to, besides what the server says of a code. */
export type SigningProblem = "offline" | "limit" | "over" | "changed" | "not_now";

/** By the API's code for it. */
const PROBLEMS: Readonly<Partial<Record<string, SigningProblem>>> = {
  rate_limited: "limit",
  gone: "over",
  conflict: "changed",
  unavailable: "not_now",
};

/** At a remote signing service. */
export interface ProviderActions {
  /** Leads this browser to the service's own page. */
  goThere: () => Promise<SigningProblem | null>;
  choose: (choice: ChooseCredential) => Promise<SigningProblem | null>;
  sendCode: () => Promise<SigningProblem | null>;
  leave: (answers: Record<string, string>) => Promise<SigningProblem | null>;
}

export interface SigningActions {
  /** Null until it is known. */
  signing: Signing | null;
  sendCode: () => Promise<SigningProblem | null>;
  confirm: (code: string) => Promise<CodeOutcome | SigningProblem>;
  refuse: () => Promise<SigningProblem | null>;
  provider: ProviderActions;
}

/** What there is to sign by the link, kept up to date until nothing can change any more. */
export function useSigning(token: string): SigningActions {
  const language = useLanguage();
  const [signing, setSigning] = useState<Signing | null>(null);
  const delay = signing === null ? SOON_MS : delayOf(signing);
  useEffect(() => {
    if (delay === null) return;
    let left = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      try {
        const found = await readSigning(token);
        if (!left) setSigning(found);
      } catch (error) {
        // No network, or a busy server: it is looked for again.
        if (!(error instanceof ApiError)) throw error;
      }
      if (!left) timer = setTimeout(() => void look(), delay);
    };
    void look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [token, delay]);

  const attempt = useCallback(
    async <Answer>(action: () => Promise<Answer>): Promise<Answer | SigningProblem> => {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const problem = PROBLEMS[error.code] ?? "offline";
        if (problem === "offline" || problem === "not_now") return problem;
        // It stands otherwise than this page shows; if that cannot be read now, it is looked for again.
        await readSigning(token).then(setSigning, () => undefined);
        return problem;
      }
    },
    [token],
  );
  const keep = async (change: () => Promise<Signing>): Promise<SigningProblem | null> => {
    const answer = await attempt(change);
    if (typeof answer === "string") return answer;
    setSigning(answer);
    return null;
  };
  return {
    signing,
    sendCode: () => keep(() => askForCode(token)),
    refuse: () => keep(() => refuseToSign(token)),
    provider: {
      choose: (choice) => keep(() => chooseCredential(token, choice)),
      sendCode: () => keep(() => askProviderForCode(token)),
      leave: (answers) => keep(() => giveLeave(token, { document_sha256: signing?.document?.sha256 ?? "", answers })),
      goThere: async () => {
        const way = await attempt(async () => ({ url: await wayToProvider(token, language) }));
        if (typeof way === "string") return way;
        location.assign(way.url);
        return null;
      },
    },
    confirm: async (code) => {
      const answer = await attempt(() => confirmCode(token, code, signing?.document?.sha256 ?? null));
      if (typeof answer === "string") return answer;
      setSigning(answer.signing);
      return answer.outcome;
    },
  };
}

/** How soon to look again; null where nothing changes any more. */
function delayOf({ state, code, provider }: Signing): number | null {
  if (state === "preparing" || state === "confirmed" || code?.status === "sending" || provider?.step === "preparing") {
    return SOON_MS;
  }
  return state === "waiting" || state === "drawing" ? LATER_MS : null;
}
