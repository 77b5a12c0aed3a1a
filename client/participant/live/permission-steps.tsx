import { useTranslation } from "react-i18next";
import type { BrowserKind } from "./browser-kind.ts";
import { type DrawingName, PermissionDrawing } from "./permission-drawings.tsx";

const STEPS = ["1", "2", "3"] as const;

/** How each step looks in each browser, as of 2026: Safari 26, Chrome 150, Samsung's browser 30, Firefox 150. */
const DRAWINGS: Record<BrowserKind, Record<(typeof STEPS)[number], DrawingName>> = {
  ios_safari: { 1: "bar_below", 2: "menu_website_settings", 3: "choices" },
  ios_other: { 1: "settings_list", 2: "switches", 3: "retry" },
  android_chrome: { 1: "bar_above", 2: "menu_permissions", 3: "switches" },
  android_other: { 1: "bar_above_lock", 2: "menu_permissions", 3: "switches" },
  desktop: { 1: "window", 2: "switches", 3: "retry" },
};

/** Where to allow camera and microphone in this very browser, step by step, each with its picture. */
export default function PermissionSteps({ kind }: { kind: BrowserKind }) {
  const { t } = useTranslation("participant");
  return (
    <ol className="flex flex-col gap-5" data-testid="permission-steps" data-kind={kind}>
      {STEPS.map((step) => (
        <li key={step} className="flex flex-col gap-2">
          <p className="flex gap-3">
            <span
              aria-hidden
              className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent text-sm font-semibold text-on-accent"
            >
              {step}
            </span>
            <span className="min-w-0 flex-1">{t(`permission.steps.${kind}.${step}`)}</span>
          </p>
          <PermissionDrawing name={DRAWINGS[kind][step]} />
        </li>
      ))}
    </ol>
  );
}
