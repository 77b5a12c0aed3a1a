import { Button } from "@nexbasira/ui/button.tsx";
import type { LocalTrackProblem } from "@nexbasira/ui/room/local-track.ts";
import { Camera, Check, EllipsisVertical, Mic, SlidersHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import { type BrowserKind, browserKind } from "./browser-kind.ts";
import type { PhoneMediaSnapshot, SourceState } from "./phone-media.ts";
import { useFocusAtFirst } from "./use-focus-at-first.ts";

export interface MediaProblem {
  kind: LocalTrackProblem;
  what: "camera" | "microphone" | "both";
}

/** What of camera and microphone was consented to and could not be had; null where nothing is missing. */
export function mediaProblem({ camera, microphone }: PhoneMediaSnapshot): MediaProblem | null {
  const problemOf = (state: SourceState): LocalTrackProblem | null =>
    state === "off" || state === "opening" || state === "on" ? null : state;
  const [picture, sound] = [problemOf(camera), problemOf(microphone)];
  const kind = picture ?? sound;
  if (kind === null) return null;
  return { kind, what: picture !== null && sound !== null ? "both" : picture !== null ? "camera" : "microphone" };
}

export interface PermissionHelpProps {
  problem: MediaProblem;
  onRetry: () => void;
  onGoOn: () => void;
}

/** Camera or microphone could not be had: where to allow it in this very browser, and a way on without. */
export function PermissionHelp({ problem: { kind: problem, what }, onRetry, onGoOn }: PermissionHelpProps) {
  const { t } = useTranslation("participant");
  const kind = browserKind(navigator.userAgent, navigator.maxTouchPoints);
  const title = useFocusAtFirst<HTMLHeadingElement>();
  return (
    <div
      role="alertdialog"
      aria-modal="true"
      aria-labelledby="permission-title"
      data-testid="permission-help"
      data-problem={problem}
      className="absolute inset-0 z-20 flex flex-col overflow-y-auto bg-sunken text-ink"
    >
      <div className="mx-auto flex w-full max-w-md flex-1 flex-col gap-4 px-5 pt-[max(2rem,env(safe-area-inset-top))] pb-6">
        <h1 ref={title} tabIndex={-1} id="permission-title" className="text-xl font-semibold outline-none">
          {t(`permission.${problem}.title`, { what: t(`permission.what.${what}`) })}
        </h1>
        <p className="text-muted">{t(`permission.${problem}.text`)}</p>
        {problem === "denied" && (
          <>
            <Illustration kind={kind} />
            <ol className="flex list-decimal flex-col gap-2 pl-5">
              {(["1", "2", "3"] as const).map((step) => (
                <li key={step} className="pl-1">
                  {t(`permission.steps.${kind}.${step}`)}
                </li>
              ))}
            </ol>
          </>
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

/** The browser's address bar with the place to press, and the switches that then appear. */
function Illustration({ kind }: { kind: BrowserKind }) {
  const { t } = useTranslation("participant");
  const mark = (
    <span className="inline-flex size-9 items-center justify-center rounded-full border-2 border-accent-text text-accent-text">
      {kind === "ios_safari" ? (
        <span className="text-sm font-semibold">aA</span>
      ) : kind === "ios_other" ? (
        <EllipsisVertical size={18} />
      ) : (
        <SlidersHorizontal size={18} />
      )}
    </span>
  );
  return (
    <div aria-hidden className="flex flex-col gap-3 rounded-surface border border-line bg-base p-4">
      <div className="flex h-12 items-center gap-2 rounded-full bg-hover px-2">
        {kind !== "ios_other" && mark}
        <span className="min-w-0 flex-1 truncate text-center text-sm text-muted">{location.host}</span>
        {kind === "ios_other" && mark}
      </div>
      <div className="flex flex-col gap-2 rounded-control bg-sunken p-3 text-sm">
        <p className="flex items-center gap-3">
          <Camera size={18} /> <span className="flex-1">{t("consent.camera.label")}</span>
          <Check size={18} className="text-accent-text" />
        </p>
        <p className="flex items-center gap-3">
          <Mic size={18} /> <span className="flex-1">{t("consent.microphone.label")}</span>
          <Check size={18} className="text-accent-text" />
        </p>
      </div>
    </div>
  );
}
