import type { QueueSnapshot } from "@nexbasira/ui/capture/capture-queue.ts";
import { summarize } from "@nexbasira/ui/capture/sending.ts";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { Images } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CapturePicture } from "./capture-list.tsx";

/** The newest capture with the count of all, and whether all are received. */
export function StackButton({
  captures,
  caption,
  onOpen,
}: {
  captures: QueueSnapshot;
  caption: boolean;
  onOpen: () => void;
}) {
  const { t } = useTranslation("participant");
  const { total, waiting, refused } = summarize(captures.records);
  const newest = captures.records.at(-1);
  return (
    <button
      type="button"
      onClick={onOpen}
      data-testid="stack"
      data-count={total}
      data-waiting={waiting}
      aria-label={`${t("stack.title")}: ${t("stack.count", { count: total })}${waiting > 0 ? `, ${t("stack.waiting", { count: waiting })}` : ""}`}
      className="group flex flex-col items-center gap-1"
    >
      <span className="relative inline-flex size-14 items-center justify-center rounded-surface border-2 border-white/80 bg-black/55 text-white">
        {newest === undefined ? (
          <Images size={24} aria-hidden />
        ) : (
          <CapturePicture record={newest} className="size-full rounded-control" />
        )}
        {total > 0 && (
          <span
            data-figures
            aria-hidden
            className={classNames(
              "absolute -top-2 -right-2 inline-flex h-6 min-w-6 items-center justify-center rounded-full px-1.5 text-xs font-semibold",
              refused > 0
                ? "bg-danger text-on-danger"
                : waiting > 0
                  ? "bg-white text-black"
                  : "bg-accent text-on-accent",
            )}
          >
            {total}
          </span>
        )}
      </span>
      {caption && (
        <span aria-hidden className="text-xs leading-tight font-medium text-white">
          {t("stack.title")}
        </span>
      )}
    </button>
  );
}
