import type { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import {
  Camera,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  Gauge,
  type LucideIcon,
  Mic,
  Network,
  Route,
  Volume2,
  Wifi,
} from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../button.tsx";
import { Card } from "../card.tsx";
import { CopyButton } from "../copy-button.tsx";
import { Spinner } from "../spinner.tsx";
import { useLanguage } from "../use-language.ts";
import { playTones } from "./check-devices.ts";
import {
  CHECKS,
  type CheckName,
  type CheckResult,
  type CheckVerdict,
  describeResults,
  overallVerdict,
} from "./check-results.ts";
import { type Check, useCheck } from "./use-check.ts";

const ICONS: Record<CheckName, LucideIcon> = {
  camera: Camera,
  microphone: Mic,
  speaker: Volume2,
  signalling: Wifi,
  udp: Network,
  tcp: Network,
  turn_udp: Route,
  turn_tcp: Route,
  turn_tls: Route,
  quality: Gauge,
};

const VERDICT_ICONS: Record<Exclude<CheckVerdict, "running">, LucideIcon> = {
  open: CircleDashed,
  works: CircleCheck,
  fails: CircleAlert,
  not_configured: CircleMinus,
};

const VERDICT_COLOURS: Record<CheckVerdict, string> = {
  open: "text-muted",
  running: "text-muted",
  works: "text-success-text",
  fails: "text-danger-text",
  not_configured: "text-muted",
};

/** The check before a call: each thing by itself, in words, with what to do. `open` asks the server for a check. */
export function CheckPanel({ open, touch = false }: { open: () => Promise<CheckAnswer>; touch?: boolean }) {
  const { t } = useTranslation("common");
  const check = useCheck(open);
  const { results, state } = check;
  const size = touch ? "touch" : "medium";
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("check.about")}</p>
      <div className="flex flex-wrap gap-2">
        <Button
          variant={state === "done" ? "secondary" : "primary"}
          size={size}
          busy={state === "running"}
          onClick={check.start}
          data-testid="start-check"
        >
          {t(state === "running" ? "check.running" : state === "done" ? "check.again" : "check.start")}
        </Button>
        {state === "done" && <CopyButton text={describeResults(results)} label={t("check.copy")} size={size} />}
      </div>
      <Overall check={check} />
      {check.picture && <Picture stream={check.picture} />}
      <Card padded={false}>
        <ul className="divide-y divide-line" aria-label={t("check.title")}>
          {CHECKS.map((name) => (
            <Row key={name} name={name} result={results[name]}>
              {name === "microphone" && check.level !== null && <Level level={check.level} />}
              {name === "speaker" && <Speaker check={check} touch={touch} />}
            </Row>
          ))}
        </ul>
      </Card>
    </div>
  );
}

function Overall({ check: { results, state } }: { check: Check }) {
  const { t } = useTranslation("common");
  const overall = overallVerdict(results);
  return (
    <p
      role="status"
      className="font-medium empty:hidden"
      data-testid="check-overall"
      data-verdict={overall ?? undefined}
    >
      {state === "done" && overall !== null ? t(`check.overall.${overall}`) : ""}
    </p>
  );
}

function Row({ name, result, children }: { name: CheckName; result: CheckResult; children: ReactNode }) {
  const { t } = useTranslation("common");
  const Icon = ICONS[name];
  const help = helpOf(name, result);
  return (
    <li className="flex gap-3 px-4 py-3" data-testid={`check-${name}`} data-verdict={result.verdict}>
      <Icon size={20} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex flex-col sm:flex-row sm:items-baseline sm:justify-between sm:gap-x-3">
          <span className="font-medium">{t(`check.names.${name}`)}</span>
          <Verdict verdict={result.verdict} />
        </div>
        {result.quality && <Quality quality={result.quality} />}
        {help !== null && <p className="text-sm text-muted">{t(`check.help.${help}`)}</p>}
        {children}
      </div>
    </li>
  );
}

function Verdict({ verdict }: { verdict: CheckVerdict }) {
  const { t } = useTranslation("common");
  const Icon = verdict === "running" ? null : VERDICT_ICONS[verdict];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm ${VERDICT_COLOURS[verdict]}`}>
      {Icon ? <Icon size={16} aria-hidden /> : <Spinner size={16} />}
      {t(`check.verdicts.${verdict}`)}
    </span>
  );
}

function Quality({ quality }: { quality: NonNullable<CheckResult["quality"]> }) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
  const { roundTripMs, loss, bitsPerSecond } = quality;
  return (
    <p className="text-sm tabular-nums">
      {t("check.measured", { loss: number(loss * 100, 1), rate: number(bitsPerSecond / 1e6, 1) })}
      {roundTripMs !== null && ` ${t("check.round_trip", { ms: number(roundTripMs, 0) })}`}
    </p>
  );
}

function Level({ level }: { level: number }) {
  const { t } = useTranslation("common");
  const percent = Math.round(level * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot be given the page's colours in every browser.
    <div
      role="meter"
      aria-label={t("check.level")}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken"
    >
      <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Speaker({ check, touch }: { check: Check; touch: boolean }) {
  const { t } = useTranslation("common");
  const [played, setPlayed] = useState(false);
  const size = touch ? "touch" : "small";
  const play = () => {
    // Where the browser plays nothing, nothing is heard: the person says so.
    playTones()
      .catch(() => undefined)
      .finally(() => setPlayed(true));
  };
  return (
    <div className="flex flex-wrap gap-2 pt-1">
      <Button size={size} onClick={play} data-testid="play-sound">
        {t("check.play")}
      </Button>
      {played && (
        <>
          <Button size={size} onClick={() => check.setSpeaker(true)} data-testid="sound-heard">
            {t("check.heard")}
          </Button>
          <Button size={size} onClick={() => check.setSpeaker(false)}>
            {t("check.not_heard")}
          </Button>
        </>
      )}
    </div>
  );
}

function Picture({ stream }: { stream: MediaStream }) {
  const { t } = useTranslation("common");
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video
      ref={video}
      autoPlay
      muted
      playsInline
      aria-label={t("check.picture")}
      className="max-h-48 w-full rounded-surface bg-sunken object-contain"
    />
  );
}

type Help =
  | "camera_denied"
  | "camera_none"
  | "microphone_denied"
  | "microphone_none"
  | "device"
  | Exclude<CheckName, "camera" | "microphone">
  | "weak";

/** Which sentence says what to do; null where there is nothing to do. */
function helpOf(name: CheckName, { verdict, reason }: CheckResult): Help | null {
  if (reason === "weak") return "weak";
  if (verdict !== "fails") return null;
  if (name !== "camera" && name !== "microphone") return name;
  return reason === "denied" || reason === "none" ? `${name}_${reason}` : "device";
}
