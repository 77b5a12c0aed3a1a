import type { JoinInfo } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { preloadMediasoup } from "@nexbasira/ui/room/load-device.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { ChevronDown, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { CheckSheet } from "../check/check-sheet.tsx";
import type { Consents } from "../join-api.ts";
import { PageFrame } from "../link/page-frame.tsx";
import { loadCall } from "../live/load-call.ts";
import { checkDevice, type DeviceCheck } from "./check-device.ts";
import { ConsentList } from "./consent-list.tsx";

export interface WelcomePageProps {
  info: JoinInfo & { session: NonNullable<JoinInfo["session"]> };
  /** The link's own, for what needs no session. */
  token: string;
  busy: boolean;
  /** Why the last try to enter failed. */
  error: unknown;
  onJoin: (consents: Consents) => void;
}

/** Who invites, why, what is asked for; and one button. */
export function WelcomePage({ info, token, busy, error, onJoin }: WelcomePageProps) {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const { brand, session } = info;
  const [consents, setConsents] = useState<Consents>({
    camera: true,
    microphone: true,
    location: true,
    recording: session.recording,
  });
  const check = useDeviceCheck();
  const agreement = useAgreement(consents);

  return (
    <PageFrame
      brand={brand}
      footer={
        <div className="flex flex-col gap-2">
          {error !== null && (
            <p role="alert" className="text-center text-sm font-medium text-danger-text">
              {error instanceof ApiError && error.status === 0 ? t("welcome.no_network") : t("welcome.failed")}
            </p>
          )}
          <Button variant="primary" size="large" block busy={busy} onClick={() => onJoin(consents)} data-testid="join">
            {busy ? t("welcome.entering") : t("welcome.join")}
          </Button>
          <p className="text-center text-sm text-muted">{agreement}</p>
        </div>
      }
    >
      <h1 className="text-xl font-semibold">{t("welcome.title", { name: session.participant_name })}</h1>
      <p className="mt-2 text-muted">
        {session.inviter === null
          ? t("welcome.invited_by_brand", { brand: brand.name })
          : t("welcome.invited_by", { inviter: session.inviter, brand: brand.name })}
      </p>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <Fact name={t("welcome.reference")} value={session.reference} />
        {session.expected_address !== null && <Fact name={t("welcome.place")} value={session.expected_address} />}
        <Fact
          name={t("welcome.valid_until")}
          value={`${formatDate(session.expires_at, language)}, ${formatTime(session.expires_at, language)}`}
        />
      </dl>
      <DeviceWarning check={check} />
      <h2 className="mt-6 mb-2 font-semibold">{t("welcome.asked_for")}</h2>
      <ConsentList consents={consents} onChange={setConsents} recording={session.recording} />
      {!session.recording && <p className="mt-2 text-sm text-muted">{t("welcome.not_recorded")}</p>}
      <DataNotice brand={brand.name} />
      <div className="mt-2">
        <CheckSheet token={token} />
      </div>
    </PageFrame>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="font-medium break-words">{value}</dd>
    </>
  );
}

function DeviceWarning({ check }: { check: DeviceCheck | null }) {
  const { t } = useTranslation("participant");
  if (check === null) return null;
  const text = !check.media
    ? t("check.no_media")
    : check.camera === "none"
      ? t("check.no_camera")
      : check.denied.length > 0
        ? t("check.denied")
        : null;
  if (text === null) return null;
  return (
    <div className="mt-4 flex gap-3 rounded-surface bg-warning-soft p-4 text-sm text-warning-text" role="status">
      <TriangleAlert size={20} aria-hidden className="shrink-0" />
      <p>{text}</p>
    </div>
  );
}

function DataNotice({ brand }: { brand: string }) {
  const { t } = useTranslation("participant");
  return (
    <details className="group mt-4 rounded-surface border border-line bg-base px-4">
      <summary className="flex min-h-12 items-center justify-between gap-3 py-2 font-medium [&::-webkit-details-marker]:hidden">
        {t("data.title")}
        <ChevronDown size={20} aria-hidden className="shrink-0 transition-transform group-open:rotate-180" />
      </summary>
      <ul className="flex list-disc flex-col gap-2 pb-4 pl-5 text-sm text-muted">
        <li>{t("data.who", { brand })}</li>
        <li>{t("data.what")}</li>
        <li>{t("data.proof")}</li>
        <li>{t("data.stop")}</li>
      </ul>
    </details>
  );
}

/** What pressing the button agrees to, said beside it: the switches may be out of sight on a small phone. */
function useAgreement(consents: Consents): string {
  const { t } = useTranslation("participant");
  const language = useLanguage();
  const given = (["camera", "microphone", "location", "recording"] as const).filter((kind) => consents[kind]);
  if (given.length === 0) return t("welcome.agree_nothing");
  const what = new Intl.ListFormat(language).format(given.map((kind) => t(`consent.${kind}.label`)));
  return t("welcome.agree", { what });
}

/** Looks at the device while the person reads, and fetches what the call needs. */
function useDeviceCheck(): DeviceCheck | null {
  const [check, setCheck] = useState<DeviceCheck | null>(null);
  useEffect(() => {
    let current = true;
    void checkDevice().then((found) => current && setCheck(found));
    // Without a network now, entering fetches it again and tells.
    loadCall().catch(() => undefined);
    preloadMediasoup();
    return () => {
      current = false;
    };
  }, []);
  return check;
}
