import { MapPinOff } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../empty-state.tsx";
import { formatNumber } from "../format.ts";
import { useLanguage } from "../use-language.ts";
import { type Position, projectPositions } from "./project-positions.ts";

export interface PositionDrawingProps {
  positions: readonly Position[];
  /** The position to stand out. */
  chosenId?: string | undefined;
  onChoose?: (id: string) => void;
  className?: string;
}

const WIDTH = 480;
const HEIGHT = 320;
const MARGIN = 56;
/** Labels nearer than this to one above would cover it. */
const LABEL_HEIGHT = 15;

/** Positions true to scale, north up, without a map's tiles: needs no network and tells nobody where it was. */
export function PositionDrawing({ positions, chosenId, onChoose, className }: PositionDrawingProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const projection = useMemo(() => projectPositions(positions, WIDTH, HEIGHT, MARGIN), [positions]);
  if (positions.length === 0) {
    return <EmptyState icon={MapPinOff} title={t("map.empty")} text={t("map.empty_text")} />;
  }
  const scale =
    projection.scaleM >= 1_000
      ? `${formatNumber(projection.scaleM / 1_000, language)} km`
      : `${formatNumber(projection.scaleM, language, 2)} m`;
  const scaleWidth = projection.scaleM * projection.pixelsPerMeter;
  const labels = labelPlaces(projection.positions.map(({ x, y }) => ({ x, y })));
  return (
    <figure className={className}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="h-auto w-full rounded-surface border border-line bg-sunken select-none"
      >
        <title>{t("map.label")}</title>
        <Grid step={scaleWidth} />
        {projection.positions.map(({ position, x, y, radius }) => (
          <circle
            key={position.id}
            cx={x}
            cy={y}
            r={radius}
            className="fill-accent-text stroke-accent-text"
            fillOpacity={0.1}
            strokeOpacity={0.4}
            strokeWidth={1}
          />
        ))}
        {projection.positions.map(({ position, x, y }, index) => {
          const chosen = position.id === chosenId;
          const name = t("map.position", {
            label: position.label,
            latitude: position.latitude.toFixed(5),
            longitude: position.longitude.toFixed(5),
            meters: formatNumber(position.accuracyM, language, position.accuracyM < 10 ? 1 : 0),
          });
          const place = labels[index];
          return (
            <g
              key={position.id}
              {...(onChoose === undefined
                ? { role: "img", "aria-label": name }
                : {
                    role: "button",
                    "aria-label": name,
                    "aria-pressed": chosen,
                    tabIndex: 0,
                    className: "cursor-pointer",
                    onClick: () => onChoose(position.id),
                    onKeyDown: (event) => {
                      if (event.key !== "Enter" && event.key !== " ") return;
                      event.preventDefault();
                      onChoose(position.id);
                    },
                  })}
            >
              <circle cx={x} cy={y} r={12} className="fill-transparent" />
              <circle
                cx={x}
                cy={y}
                r={chosen ? 7 : 5}
                className={chosen ? "fill-ink stroke-base" : "fill-accent-text stroke-base"}
                strokeWidth={2}
              />
              {place !== undefined && (
                <text
                  x={place.x}
                  y={place.y}
                  textAnchor={place.anchor}
                  className={`stroke-sunken text-[12px] [paint-order:stroke] ${chosen ? "fill-ink font-semibold" : "fill-muted font-medium"}`}
                  strokeWidth={4}
                  strokeLinejoin="round"
                >
                  {position.label}
                </text>
              )}
            </g>
          );
        })}
        <g aria-hidden className="stroke-muted" strokeWidth={1.5} fill="none">
          <path d={`M20 ${HEIGHT - 24}v6h${scaleWidth}v-6`} />
        </g>
        <text x={24} y={HEIGHT - 24} className="fill-muted text-[12px] tabular-nums" data-figures>
          {scale}
        </text>
        <g aria-hidden>
          <path d={`M${WIDTH - 28} 20l7 18l-7 -5l-7 5z`} className="fill-muted" />
          <text x={WIDTH - 28} y={52} textAnchor="middle" className="fill-muted text-[12px] font-semibold">
            {t("map.north")}
          </text>
        </g>
      </svg>
    </figure>
  );
}

function Grid({ step }: { step: number }) {
  const lines: string[] = [];
  for (let x = 20; x < WIDTH; x += step) lines.push(`M${x} 0V${HEIGHT}`);
  for (let y = HEIGHT - 18; y > 0; y -= step) lines.push(`M0 ${y}H${WIDTH}`);
  return <path aria-hidden d={lines.join("")} className="stroke-line" strokeWidth={1} />;
}

/** Beside each point, on the side with more room; one that would cover another is moved below it. */
function labelPlaces(points: readonly { x: number; y: number }[]) {
  const taken: { x: number; y: number; anchor: "start" | "end" }[] = [];
  return points.map(({ x, y }) => {
    const anchor = x > WIDTH * 0.66 ? ("end" as const) : ("start" as const);
    const place = { x: x + (anchor === "start" ? 11 : -11), y: y + 4, anchor };
    const covers = () =>
      taken.some(
        (other) =>
          other.anchor === anchor && Math.abs(other.x - place.x) < 90 && Math.abs(other.y - place.y) < LABEL_HEIGHT,
      );
    while (covers() && place.y < HEIGHT - 8) place.y += LABEL_HEIGHT;
    taken.push(place);
    return place;
  });
}
