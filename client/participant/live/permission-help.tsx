import { Button } from "@nexbasira/ui/button.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { browserKind } from "./browser-kind.ts";
import type { MediaProblem } from "./media-problem.ts";
import { useFocusAtFirst } from "./use-focus-at-first.ts";
import { useWhenAllowed } from "./use-when-allowed.ts";

/** Drawn only for those who need it: the first page stays small. */
const PermissionSteps = lazy(() => import("./permission-steps.tsx"));

export interface PermissionHelpProps {
  problem: MediaProblem;
  onRetry: () => void;
  onGoOn: () => void;
}

/** Camera or microphone could not be had: where to allow it in this very browser, and a way on without. */
export function PermissionHelp({ problem, onRetry, onGoOn }: PermissionHelpProps) {
  const { t } = useTranslation("participant");
  const title = useFocusAtFirst<HTMLHeadingElement>();
  useWhenAllowed(problem, onRetry);
  const { kind, what } = problem;
  return (
    <div
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="permission-title"
      data-testid="permission-help"
      data-problem={kind}
      // No picture is seen here: the page's own theme, not the picture's.
      data-theme={pageTheme()}
      className="absolute inset-0 z-20 flex flex-col overflow-y-auto bg-sunken text-ink"
    >
      <div className="mx-auto flex w-full max-w-md flex-1 flex-col gap-4 px-5 pt-[max(2rem,env(safe-area-inset-top))] pb-6">
        <h1 ref={title} tabIndex={-1} id="permission-title" className="text-xl font-semibold outline-none">
          {t(`permission.${kind}.title`, { what: t(`permission.what.${what}`) })}
        </h1>
        <p className="text-muted">{t(`permission.${kind}.text`)}</p>
        {kind === "denied" && (
          <Suspense fallback={<SkeletonList rows={3} />}>
            <PermissionSteps kind={browserKind(navigator.userAgent, navigator.maxTouchPoints)} />
          </Suspense>
        )}
      </div>
      <div className="sticky bottom-0 mx-auto flex w-full max-w-md flex-col gap-2 bg-sunken px-5 pt-2 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <Button variant="primary" size="large" block onClick={onRetry} data-testid="permission-retry">
          {t("permission.retry")}
        </Button>
        <Button size="large" block onClick={onGoOn} data-testid="go-on-without">
          {t("permission.go_on")}
        </Button>
      </div>
    </div>
  );
}

function pageTheme(): "light" | "dark" {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
