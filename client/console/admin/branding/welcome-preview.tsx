import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Branding } from "@nexbasira/core/contract/branding.ts";
import { showBrand } from "@nexbasira/ui/brand.ts";
import { BrandMark } from "@nexbasira/ui/brand-mark.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { Camera, Globe, MapPin, Mic, Video } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../identity/member-context.ts";
import { Segments } from "../segments.tsx";
import { type BrandingDraft, normalizeColor } from "./branding-draft.ts";

const ASKED_FOR = [
  { kind: "camera", icon: Camera },
  { kind: "microphone", icon: Mic },
  { kind: "location", icon: MapPin },
  { kind: "recording", icon: Video },
] as const;

const nothing = () => undefined;

/** The participant's first page as it would be with what the form holds, in the theme that a device asks for. */
export function WelcomePreview({ branding, draft }: { branding: Branding; draft: BrandingDraft }) {
  const { t } = useTranslation("console");
  const [device, setDevice] = useState<"light" | "dark">("light");
  return (
    <figure className="flex flex-col items-center gap-3 lg:sticky lg:top-17">
      <figcaption className="flex w-full flex-wrap items-center justify-between gap-2">
        <span className="text-sm font-medium text-ink">{t("admin.branding.preview")}</span>
        {draft.theme === "system" && (
          <Segments
            label={t("admin.branding.preview_theme")}
            value={device}
            segments={(["light", "dark"] as const).map((value) => ({
              value,
              label: t(`admin.branding.themes.${value}`),
            }))}
            onChange={setDevice}
          />
        )}
      </figcaption>
      <Phone branding={branding} draft={draft} theme={draft.theme === "system" ? device : draft.theme} />
    </figure>
  );
}

interface PhoneProps {
  branding: Branding;
  draft: BrandingDraft;
  theme: "light" | "dark";
}

function Phone({ branding, draft, theme }: PhoneProps) {
  const { t } = useTranslation("participant");
  const { user } = useMember();
  const screen = useRef<HTMLDivElement>(null);
  const accent = normalizeColor(draft.accent);
  const shades = (/^#[0-9a-f]{6}$/.test(accent) ? shadesOf(accent) : undefined) ?? branding.shades;
  useEffect(() => {
    if (screen.current !== null) showBrand(screen.current, shades);
  }, [shades]);
  const name = draft.name.trim() || branding.name;
  const brand = { name, logo_url: draft.logo === undefined ? branding.logo_url : draft.logo };
  const asked = ASKED_FOR.map(({ kind }) => t(`consent.${kind}.label`));
  return (
    <div className="w-full max-w-88 overflow-hidden rounded-[36px] border-8 border-ink/85 shadow-float">
      <div
        ref={screen}
        inert
        data-theme={theme}
        data-testid="branding-preview"
        className="flex h-168 flex-col overflow-hidden bg-sunken"
      >
        <div className="flex items-center justify-between gap-3 px-5 pt-5 pb-1">
          <BrandMark brand={brand} />
          <Globe size={20} aria-hidden className="shrink-0 text-muted" />
        </div>
        <div className="min-h-0 flex-1 overflow-hidden px-5 pt-3">
          <p className="text-xl font-semibold text-balance">{t("welcome.title", { name: "Marie" })}</p>
          <p className="mt-2 text-muted">{t("welcome.invited_by", { inviter: user.name, brand: name })}</p>
          <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
            <dt className="text-muted">{t("welcome.reference")}</dt>
            <dd className="font-medium">INS-42871</dd>
          </dl>
          <p className="mt-6 mb-2 font-semibold">{t("welcome.asked_for")}</p>
          <Card padded={false} className="divide-y divide-line">
            {ASKED_FOR.map(({ kind, icon: Icon }) => (
              <div key={kind} className="flex gap-3 px-4 py-1">
                <Icon size={20} aria-hidden className="mt-3 shrink-0 text-accent-text" />
                <div className="flex-1">
                  <Switch
                    touch
                    label={t(`consent.${kind}.label`)}
                    description={t(`consent.${kind}.why`)}
                    checked
                    onChange={nothing}
                  />
                </div>
              </div>
            ))}
          </Card>
        </div>
        <div className="border-t border-line bg-base px-5 pt-3 pb-5">
          <Button variant="primary" size="large" block>
            {t("welcome.join")}
          </Button>
          <p className="mt-2 line-clamp-2 text-center text-sm text-muted">
            {t("welcome.agree", { what: asked.join(", ") })}
          </p>
        </div>
      </div>
    </div>
  );
}
