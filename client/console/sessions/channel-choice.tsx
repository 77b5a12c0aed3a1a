import { classNames } from "@nexbasira/ui/class-names.ts";
import { Link2, Mail, MessageSquareText } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { InspectionDraft } from "./inspection-draft.ts";

type Channel = InspectionDraft["channel"];

const CHANNELS = [
  { value: "sms", icon: MessageSquareText },
  { value: "email", icon: Mail },
  { value: "link", icon: Link2 },
] as const;

/** How the link gets to the participant. */
export function ChannelChoice({ value, onChange }: { value: Channel; onChange: (channel: Channel) => void }) {
  const { t } = useTranslation("console");
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium text-ink">{t("new.channel")}</legend>
      <div className="grid grid-cols-3 gap-2">
        {CHANNELS.map(({ value: channel, icon: Icon }) => (
          <label
            key={channel}
            data-testid={`channel-${channel}`}
            className={classNames(
              "flex h-16 flex-col items-center justify-center gap-1 rounded-control border px-2 text-center text-sm font-medium transition-colors",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-text",
              channel === value
                ? "border-accent-text bg-accent-soft text-accent-text"
                : "border-control text-muted hover:bg-hover",
            )}
          >
            <input
              type="radio"
              name="channel"
              value={channel}
              checked={channel === value}
              onChange={() => onChange(channel)}
              className="sr-only"
            />
            <Icon size={20} aria-hidden />
            {t(`channel.${channel}`)}
          </label>
        ))}
      </div>
      <p className="text-sm text-muted">{t(`new.channel_hint_${value}`)}</p>
    </fieldset>
  );
}
