import { Card } from "@nexbasira/ui/card.tsx";
import { Switch } from "@nexbasira/ui/switch.tsx";
import { Camera, type LucideIcon, MapPin, Mic, Video } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Consents } from "../join-api.ts";

const KINDS: { kind: keyof Consents; icon: LucideIcon }[] = [
  { kind: "camera", icon: Camera },
  { kind: "microphone", icon: Mic },
  { kind: "location", icon: MapPin },
  { kind: "recording", icon: Video },
];

export interface ConsentListProps {
  consents: Consents;
  onChange: (consents: Consents) => void;
  /** Left out where the session is not recorded. */
  recording: boolean;
}

/** What is asked for: why, and what works without it. */
export function ConsentList({ consents, onChange, recording }: ConsentListProps) {
  const { t } = useTranslation("participant");
  return (
    <Card padded={false} className="divide-y divide-line">
      {KINDS.filter(({ kind }) => recording || kind !== "recording").map(({ kind, icon: Icon }) => (
        <div key={kind} data-testid={`consent-${kind}`} className="flex gap-3 px-4 py-1">
          <Icon size={20} aria-hidden className="mt-3 shrink-0 text-accent-text" />
          <div className="flex-1">
            <Switch
              touch
              label={t(`consent.${kind}.label`)}
              description={t(`consent.${kind}.${consents[kind] ? "why" : "without"}`)}
              checked={consents[kind]}
              onChange={(checked) => onChange({ ...consents, [kind]: checked })}
            />
          </div>
        </div>
      ))}
    </Card>
  );
}
