import { classNames } from "@nexbasira/ui/class-names.ts";
import { Camera, ChevronRight, Ellipsis, FileText, Globe, Lock, type LucideIcon, Mic, Settings2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What can be drawn: where to press, and how it looks when it is right. */
export type DrawingName =
  | "bar_below"
  | "bar_above"
  | "bar_above_lock"
  | "window"
  | "settings_list"
  | "menu_website_settings"
  | "menu_permissions"
  | "choices"
  | "switches"
  | "retry";

/** All are of this size, so that they stand in a column without jumping. */
const WIDTH = 320;
const HEIGHT = 112;

/** One step as a picture. Its words are in the step's text, too: it says nothing to those who do not see it. */
export function PermissionDrawing({ name }: { name: DrawingName }) {
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden
      data-testid={`drawing-${name}`}
      className="w-full rounded-surface border border-line bg-hover"
    >
      {DRAWINGS[name]()}
    </svg>
  );
}

const DRAWINGS: Record<DrawingName, () => ReactNode> = {
  bar_below: () => <BarBelow />,
  bar_above: () => <BarAbove icon={Settings2} />,
  bar_above_lock: () => <BarAbove icon={Lock} />,
  window: () => <BrowserWindow />,
  settings_list: () => <SettingsList />,
  menu_website_settings: () => <Menu word="website_settings" icon={Settings2} />,
  menu_permissions: () => <Menu word="permissions" icon={Settings2} />,
  choices: () => <Choices />,
  switches: () => <Switches />,
  retry: () => <Retry />,
};

/** The place to press. */
function Press({ x, y, className = "stroke-accent-text" }: { x: number; y: number; className?: string }) {
  return (
    <g className={classNames("fill-none", className)}>
      <circle cx={x} cy={y} r={19} strokeWidth={3} />
      <circle cx={x} cy={y} r={26} strokeWidth={2} opacity={0.4} />
    </g>
  );
}

/** A text that is not read: the page, other rows. */
function Line({ x, y, width }: { x: number; y: number; width: number }) {
  return <rect x={x} y={y} width={width} height={7} rx={3.5} className="fill-line" />;
}

function Address({ x, y, width }: { x: number; y: number; width: number }) {
  return (
    <text x={x + width / 2} y={y} textAnchor="middle" fontSize={13} className="fill-muted">
      {location.hostname.length > 20 ? `${location.hostname.slice(0, 19)}…` : location.hostname}
    </text>
  );
}

/** Safari on an iPhone: the address is below. */
function BarBelow() {
  return (
    <>
      <path d="M40 -8 V92 a20 20 0 0 0 20 20 H260 a20 20 0 0 0 20 -20 V-8 Z" className="fill-raised stroke-line" />
      <Line x={64} y={12} width={150} />
      <Line x={64} y={28} width={110} />
      <rect x={56} y={48} width={208} height={40} rx={20} className="fill-hover stroke-line" />
      <FileText x={70} y={58} size={20} className="text-ink" />
      <Address x={96} y={73} width={150} />
      <rect x={130} y={100} width={60} height={4} rx={2} className="fill-muted" />
      <Press x={80} y={68} />
    </>
  );
}

/** Browsers on Android: the address is above. */
function BarAbove({ icon: Icon }: { icon: LucideIcon }) {
  return (
    <>
      <path d="M40 120 V24 a20 20 0 0 1 20 -20 H260 a20 20 0 0 1 20 20 V120 Z" className="fill-raised stroke-line" />
      <circle cx={160} cy={14} r={4} className="fill-line" />
      <rect x={56} y={28} width={176} height={40} rx={20} className="fill-hover stroke-line" />
      <Icon x={70} y={38} size={20} className="text-ink" />
      <Address x={96} y={53} width={126} />
      <g className="fill-muted">
        <circle cx={252} cy={40} r={2.5} />
        <circle cx={252} cy={48} r={2.5} />
        <circle cx={252} cy={56} r={2.5} />
      </g>
      <Line x={64} y={86} width={150} />
      <Line x={64} y={102} width={110} />
      <Press x={80} y={48} />
    </>
  );
}

function BrowserWindow() {
  return (
    <>
      <path d="M16 120 V22 a12 12 0 0 1 12 -12 H292 a12 12 0 0 1 12 12 V120 Z" className="fill-raised stroke-line" />
      <path d="M28 40 V26 a8 8 0 0 1 8 -8 H112 a8 8 0 0 1 8 8 V40 Z" className="fill-hover" />
      <Line x={40} y={26} width={60} />
      <path d="M16 40 H304 V84 H16 Z" className="fill-hover" />
      <rect x={40} y={46} width={236} height={32} rx={16} className="fill-raised stroke-line" />
      <Settings2 x={50} y={52} size={20} className="text-ink" />
      <Address x={70} y={67} width={170} />
      <Line x={40} y={98} width={170} />
      <Press x={60} y={62} />
    </>
  );
}

/** The iPhone's own settings, with the browser among the apps. */
function SettingsList() {
  return (
    <>
      <rect x={40} y={8} width={240} height={96} rx={12} className="fill-raised stroke-line" />
      <rect x={56} y={16} width={20} height={20} rx={5} className="fill-line" />
      <Line x={88} y={23} width={90} />
      <path d="M88 42 H280 M88 72 H280" className="stroke-line" />
      <rect x={56} y={47} width={20} height={20} rx={5} className="fill-accent-soft" />
      <Globe x={58} y={49} size={16} className="text-accent-text" />
      <rect x={88} y={53} width={70} height={8} rx={4} className="fill-muted" />
      <ChevronRight x={254} y={49} size={16} className="text-muted" />
      <rect x={56} y={78} width={20} height={20} rx={5} className="fill-line" />
      <Line x={88} y={85} width={110} />
      <Press x={66} y={57} />
    </>
  );
}

/** A menu of which one row is to be pressed. */
function Menu({ word, icon: Icon }: { word: "website_settings" | "permissions"; icon: LucideIcon }) {
  const { t } = useTranslation("participant");
  return (
    <>
      <rect x={40} y={8} width={240} height={96} rx={12} className="fill-raised stroke-line" />
      <Line x={88} y={21} width={120} />
      <circle cx={66} cy={24} r={7} className="fill-line" />
      <path d="M40 39 H280 M40 73 H280" className="stroke-line" />
      <rect
        x={46}
        y={42}
        width={228}
        height={28}
        rx={8}
        className="fill-accent-soft stroke-accent-text"
        strokeWidth={2}
      />
      <Icon x={57} y={47} size={18} className="text-ink" />
      <text x={88} y={61} fontSize={14} fontWeight={600} className="fill-ink">
        {t(`permission.words.${word}`)}
      </text>
      <ChevronRight x={250} y={48} size={16} className="text-ink" />
      <Line x={88} y={86} width={90} />
      <Ellipsis x={58} y={81} size={16} className="text-muted" />
    </>
  );
}

/** Camera and microphone, each row with what is at its end. */
function Rows({ end }: { end: (y: number) => ReactNode }) {
  const { t } = useTranslation("participant");
  return (
    <>
      <rect x={40} y={8} width={240} height={96} rx={12} className="fill-raised stroke-line" />
      <path d="M40 56 H280" className="stroke-line" />
      {[
        { y: 32, icon: Camera, name: t("consent.camera.label") },
        { y: 80, icon: Mic, name: t("consent.microphone.label") },
      ].map(({ y, icon: Icon, name }) => (
        <g key={y}>
          <Icon x={54} y={y - 10} size={20} className="text-ink" />
          <text x={86} y={y + 5} fontSize={14} className="fill-ink">
            {name}
          </text>
          {end(y)}
        </g>
      ))}
    </>
  );
}

function Choices() {
  const { t } = useTranslation("participant");
  return (
    <Rows
      end={(y) => (
        <text x={266} y={y + 5} textAnchor="end" fontSize={14} fontWeight={600} className="fill-accent-text">
          {t("permission.words.allow")} ✓
        </text>
      )}
    />
  );
}

function Switches() {
  return (
    <Rows
      end={(y) => (
        <>
          <rect x={224} y={y - 12} width={44} height={24} rx={12} className="fill-accent" />
          <circle cx={256} cy={y} r={9} className="fill-on-accent" />
        </>
      )}
    />
  );
}

function Retry() {
  const { t } = useTranslation("participant");
  return (
    <>
      <Line x={70} y={16} width={180} />
      <Line x={100} y={32} width={120} />
      <rect x={60} y={54} width={200} height={42} rx={10} className="fill-accent" />
      <text x={160} y={80} textAnchor="middle" fontSize={15} fontWeight={600} className="fill-on-accent">
        {t("permission.retry")}
      </text>
      <Press x={252} y={84} className="stroke-ink" />
    </>
  );
}
