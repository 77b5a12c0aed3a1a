import { CircleCheck, Clock, MapPin } from "lucide-react";
import { useTranslation } from "react-i18next";

/** Rows and columns of bricks; every other row is shifted by half a brick. */
const BRICKS = Array.from({ length: 9 * 8 }, (_, index) => {
  const row = Math.floor(index / 8);
  const column = index % 8;
  // A spread of tones that looks like a wall and is the same at every visit.
  const tone = 26 + ((row * 7 + column * 13 + row * column) % 9);
  return { key: index, x: column * 62 - (row % 2) * 31 - 8, y: row * 30, tone };
});

/** What the product makes, as a picture: a marked photo with its time, its place and its hash. */
export function EvidencePicture() {
  const { t } = useTranslation("console");
  return (
    <figure
      data-theme="dark"
      className="overflow-hidden rounded-[20px] bg-base shadow-float"
      aria-label={t("landing.picture")}
    >
      <svg viewBox="0 0 432 264" aria-hidden="true" className="block w-full">
        <rect width="432" height="264" fill="#20282b" />
        {BRICKS.map(({ key, x, y, tone }) => (
          <rect key={key} x={x} y={y} width="58" height="26" rx="1.5" fill={`hsl(195 9% ${tone}%)`} />
        ))}
        <path
          d="M196 0l14 34-16 30 26 28-12 34 30 30-6 36 24 26-8 46"
          fill="none"
          stroke="#0b0f11"
          strokeWidth="5"
          strokeLinejoin="round"
        />
        <ellipse cx="222" cy="132" rx="62" ry="78" fill="none" stroke="#00e5a0" strokeWidth="3.5" />
        <g fill="none" stroke="#00e5a0" strokeWidth="3.5" strokeLinecap="round" strokeLinejoin="round">
          <path d="M352 62 288 98M304 78l-16 20 25-1" />
        </g>
        <g fill="none" stroke="#fff" strokeOpacity=".75" strokeWidth="2.5" strokeLinecap="round">
          <path d="M20 44V28a8 8 0 0 1 8-8h16M388 20h16a8 8 0 0 1 8 8v16M412 220v16a8 8 0 0 1-8 8h-16M44 244H28a8 8 0 0 1-8-8v-16" />
        </g>
      </svg>
      <figcaption aria-hidden className="flex flex-col gap-3 p-5 text-sm">
        <p className="flex items-center justify-between gap-3">
          <span className="font-medium text-ink">{t("kinds.snapshot")} 3</span>
          <span className="inline-flex items-center gap-1.5 text-accent-text">
            <CircleCheck size={16} aria-hidden />
            {t("landing.verified")}
          </span>
        </p>
        <p data-figures className="flex flex-wrap gap-x-5 gap-y-1 text-muted">
          <span className="inline-flex items-center gap-1.5">
            <Clock size={16} aria-hidden />
            11:42:15 UTC
          </span>
          <span className="inline-flex items-center gap-1.5">
            <MapPin size={16} aria-hidden />
            45.76013, 4.83012
          </span>
        </p>
        <p className="font-mono text-xs leading-relaxed break-all text-subtle">
          9f86 d081 884c 7d65 9a2f eaa0 c55a d015 a3bf 4f1b 2b0b 822c d15d 6c15 b0f0 0a08
        </p>
      </figcaption>
    </figure>
  );
}
