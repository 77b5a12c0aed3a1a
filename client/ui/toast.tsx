import { X } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./icon-button.tsx";
import { STATUS_ICONS, STATUS_TEXT, type StatusKind } from "./status.ts";
import { useFreePlace } from "./use-free-place.ts";

export interface Toast {
  kind: StatusKind;
  text: string;
  action?: { label: string; run: () => void };
}

interface ShownToast extends Toast {
  id: number;
}

/** A toast with something to do stays longer; a failed one until it is closed. */
const SHOWN_MS = 5_000;
const SHOWN_WITH_ACTION_MS = 10_000;

let shown: readonly ShownToast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(toasts: readonly ShownToast[]): void {
  shown = toasts;
  for (const listener of listeners) listener();
}

/** Says in passing that something happened. What must not be missed belongs on the page instead. */
export function showToast(toast: Toast): void {
  change([...shown.slice(-2), { ...toast, id: nextId++ }]);
}

function closeToast(id: number): void {
  change(shown.filter((toast) => toast.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear, once on a page: above everything, at a place where nothing to press lies below. */
export function ToastArea() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(subscribe, () => shown);
  const area = useRef<HTMLElement>(null);
  const place = useFreePlace(area, toasts);
  useEffect(() => {
    // A press on a toast is none beside the dialog that is open: it must not close it.
    const keep = (event: Event) => event.stopPropagation();
    const element = area.current;
    element?.addEventListener("pointerdown", keep);
    return () => element?.removeEventListener("pointerdown", keep);
  }, []);
  return (
    <section
      ref={area}
      aria-label={t("toasts")}
      aria-live="polite"
      style={place}
      className="pointer-events-none fixed z-50 flex w-[calc(100%-2rem)] max-w-md flex-col items-center gap-2"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function ToastCard({ toast }: { toast: ShownToast }) {
  const { t } = useTranslation();
  const Icon = STATUS_ICONS[toast.kind];
  useEffect(() => {
    if (toast.kind === "danger") return;
    const timer = setTimeout(() => closeToast(toast.id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast]);
  return (
    <div className="pointer-events-auto flex w-full max-w-md animate-rise items-center gap-3 rounded-surface border border-line bg-raised py-2 pr-2 pl-4 text-sm text-ink shadow-float">
      <Icon size={20} aria-hidden className={`shrink-0 ${STATUS_TEXT[toast.kind]}`} />
      <p className="flex-1 py-1.5">{toast.text}</p>
      {toast.action && (
        <button
          type="button"
          className="h-9 rounded-control px-2.5 font-semibold text-accent-text hover:bg-hover"
          onClick={() => {
            toast.action?.run();
            closeToast(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      )}
      <IconButton icon={X} size="small" label={t("close")} onClick={() => closeToast(toast.id)} />
    </div>
  );
}
