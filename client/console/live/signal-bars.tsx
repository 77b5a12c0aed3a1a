import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";
import { useTranslation } from "react-i18next";

const HEIGHTS = ["h-1.5", "h-2.5", "h-3.5", "h-4.5"];

/** A connection's quality in bars and, for those who do not see them, in a word. */
export function SignalBars({ bars, name }: { bars: QualityBars; name: string }) {
  const { t } = useTranslation("console");
  const label = t("live.signal", { name, quality: t(`live.quality.${bars}`) });
  const colour = bars >= 3 ? "bg-success-text" : bars === 2 ? "bg-warning-text" : "bg-danger-text";
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex h-5 items-end gap-0.5">
      {HEIGHTS.map((height, index) => (
        <span key={height} className={`w-1 rounded-full ${height} ${index < bars ? colour : "bg-line"}`} />
      ))}
    </span>
  );
}
