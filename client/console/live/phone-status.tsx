import type { DeviceState } from "@nexbasira/core/contract/device.ts";
import { formatNumber, formatPercent } from "@nexbasira/ui/format.ts";
import type { QualityBars } from "@nexbasira/ui/room/connection-quality.ts";
import { Tooltip } from "@nexbasira/ui/tooltip.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import type { TFunction } from "i18next";
import {
  BatteryCharging,
  BatteryFull,
  BatteryMedium,
  BatteryWarning,
  EthernetPort,
  EyeOff,
  ImageDown,
  type LucideIcon,
  Network,
  RadioTower,
  Smartphone,
  Wifi,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { type BatterySign, batterySign, isWeakNetwork } from "./phone-signs.ts";
import { SignalBars } from "./signal-bars.tsx";

export interface PhoneStatusProps {
  name: string;
  /** How well the server receives it; undefined while that is not known. */
  bars: QualityBars | undefined;
  /** What the phone says of itself; undefined until it has. */
  state: DeviceState | undefined;
}

/** In the bar: how the participant's phone is received, and what it says of itself. Warnings stand first, in words. */
export function PhoneStatus({ name, bars, state }: PhoneStatusProps) {
  const { t } = useTranslation("console");
  const warnings = state === undefined ? [] : warningsOf(state, t);
  return (
    <>
      <span role="status" className="contents">
        {warnings.map((warning) => (
          <Warning key={warning.testId} {...warning} />
        ))}
      </span>
      {state !== undefined && state.waiting_captures > 0 && <Waiting count={state.waiting_captures} />}
      <span className="inline-flex shrink-0 items-center gap-2.5">
        {state !== undefined && <NetworkSign name={name} network={state.network} />}
        {bars !== undefined && <SignalBars bars={bars} name={name} />}
      </span>
      {state?.battery != null && <Battery name={name} battery={state.battery} />}
    </>
  );
}

interface WarningProps {
  icon: LucideIcon;
  label: string;
  hint: string;
  testId: string;
}

function warningsOf({ sending, visible, network }: DeviceState, t: TFunction<"console">): WarningProps[] {
  const warnings: WarningProps[] = [];
  if (!visible) {
    const [label, hint] = [t("phone.background"), t("phone.background_hint")];
    warnings.push({ testId: "phone-background", icon: EyeOff, label, hint });
  }
  if (sending !== null && sending.level !== "full") {
    const level = t(`phone.sending.${sending.level}`);
    const label =
      sending.reason === null ? level : t("phone.because", { level, reason: t(`phone.reasons.${sending.reason}`) });
    warnings.push({ testId: "phone-sending", icon: ImageDown, label, hint: t(`phone.sending_hints.${sending.level}`) });
  } else if (isWeakNetwork(network)) {
    const [label, hint] = [t("phone.weak"), t("phone.weak_hint")];
    warnings.push({ testId: "phone-weak", icon: RadioTower, label, hint });
  }
  return warnings;
}

function Warning({ icon: Icon, label, hint, testId }: WarningProps) {
  return (
    <Tooltip label={`${label}. ${hint}`} side="bottom">
      <span
        data-testid={testId}
        className="inline-flex h-6 min-w-8 items-center gap-1.5 overflow-hidden rounded-full lg:shrink-0 bg-warning-soft px-2 text-xs font-medium text-warning-text"
      >
        <Icon size={14} aria-hidden className="shrink-0" />
        <span className="truncate">{label}</span>
      </span>
    </Tooltip>
  );
}

function Waiting({ count }: { count: number }) {
  const { t } = useTranslation("console");
  const label = t("phone.waiting", { count });
  return (
    <Tooltip label={label} side="bottom">
      <span data-testid="phone-waiting" className="inline-flex shrink-0 items-center gap-1 text-sm text-muted">
        <Smartphone size={16} aria-hidden />
        <span aria-hidden data-figures>
          {count}
        </span>
        <span className="sr-only">{label}</span>
      </span>
    </Tooltip>
  );
}

const NETWORKS: Record<NonNullable<DeviceState["network"]["type"]>, LucideIcon> = {
  wifi: Wifi,
  cellular: RadioTower,
  ethernet: EthernetPort,
  other: Network,
};

function NetworkSign({ name, network }: { name: string; network: DeviceState["network"] }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { type, round_trip_ms, loss, available_bitrate } = network;
  const figures = [
    type !== null && t(`phone.networks.${type}`),
    round_trip_ms !== null && t("phone.round_trip", { ms: formatNumber(round_trip_ms, language) }),
    loss !== null && t("phone.loss", { percent: formatPercent(loss, language) }),
    available_bitrate !== null && t("phone.bitrate", { mbits: formatNumber(available_bitrate / 1e6, language, 1) }),
  ].filter((part) => part !== false);
  if (figures.length === 0) return null;
  const Icon = NETWORKS[type ?? "other"];
  const label = t("phone.network", { name, figures: figures.join(", ") });
  return (
    <Tooltip label={label} side="bottom">
      <span
        role="img"
        data-testid="phone-network"
        data-network={type ?? "unknown"}
        aria-label={label}
        className={isWeakNetwork(network) ? "text-warning-text" : "text-muted"}
      >
        <Icon size={18} aria-hidden />
      </span>
    </Tooltip>
  );
}

const BATTERIES: Record<BatterySign, { icon: LucideIcon; className: string }> = {
  charging: { icon: BatteryCharging, className: "text-muted" },
  low: { icon: BatteryWarning, className: "rounded-full bg-warning-soft px-2 font-semibold text-warning-text" },
  medium: { icon: BatteryMedium, className: "text-muted" },
  full: { icon: BatteryFull, className: "text-muted" },
};

function Battery({ name, battery }: { name: string; battery: NonNullable<DeviceState["battery"]> }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const sign = batterySign(battery);
  const { icon: Icon, className } = BATTERIES[sign];
  const level = formatPercent(battery.level, language);
  const words = sign === "medium" || sign === "full" ? "battery" : (`battery_${sign}` as const);
  const label = t(`phone.${words}`, { name, level });
  return (
    <Tooltip label={label} side="bottom">
      <span
        role="img"
        data-testid="phone-battery"
        data-sign={sign}
        aria-label={label}
        className={`inline-flex h-6 shrink-0 items-center gap-1.5 text-sm ${className}`}
      >
        <Icon size={18} aria-hidden />
        <span data-figures>{level}</span>
      </span>
    </Tooltip>
  );
}
