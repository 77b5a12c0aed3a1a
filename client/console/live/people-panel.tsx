import type { Person } from "@nexbasira/core/contract/signalling.ts";
import { Avatar } from "@nexbasira/ui/avatar.tsx";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { MicOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { barsOfSender } from "./bars-of-sender.ts";
import { SignalBars } from "./signal-bars.tsx";

/** Whether the member's own voice and camera may be recorded, and a way to change that. */
export interface OwnConsent {
  given: boolean;
  change: () => void;
}

export interface PeoplePanelProps {
  room: RoomView;
  selfMuted: boolean;
  /** Undefined where nothing is ever recorded. */
  consent: OwnConsent | undefined;
}

/** Who is in the room, as what, how well each is received, and whether one is recorded oneself. */
export function PeoplePanel({ room, selfMuted, consent }: PeoplePanelProps) {
  const { t } = useTranslation("console");
  return (
    <section aria-labelledby="people-title" className="shrink-0 border-t border-line p-3">
      <h2 id="people-title" className="mb-2 text-xs font-medium text-muted">
        {t("people.title")}
      </h2>
      <ul data-testid="people" className="flex flex-col gap-2">
        {room.people.map((person) => (
          <PersonRow key={person.participant_id} person={person} room={room} selfMuted={selfMuted} />
        ))}
      </ul>
      {consent !== undefined && (
        <p data-testid="own-consent" data-given={consent.given} className="mt-2.5 text-xs text-muted">
          {t(consent.given ? "staff_consent.given" : "staff_consent.not_given")}{" "}
          <button
            type="button"
            onClick={consent.change}
            className="font-medium text-accent-text underline underline-offset-2"
          >
            {t("staff_consent.change")}
          </button>
        </p>
      )}
    </section>
  );
}

function PersonRow({ person, room, selfMuted }: { person: Person; room: RoomView; selfMuted: boolean }) {
  const { t } = useTranslation("console");
  const id = person.participant_id;
  const isSelf = id === room.self.participant_id;
  const bars = room.unreachable.includes(id) ? 0 : barsOfSender(id, room.producers, room.scores);
  const voice = room.producers.find((producer) => producer.participant_id === id && producer.source === "microphone");
  const isMuted = isSelf ? selfMuted : voice === undefined || voice.paused;
  return (
    <li data-role={person.role} className="flex items-center gap-2.5 text-sm">
      <Avatar name={person.name} size="small" />
      <span className="flex min-w-0 flex-1 gap-1.5">
        <span className="truncate">{person.name}</span>
        <span className="shrink-0 text-muted">{isSelf ? t("people.you") : t(`roles.${person.role}`)}</span>
      </span>
      {isMuted && <MicOff size={16} aria-label={t("people.muted")} className="shrink-0 text-subtle" />}
      {!isSelf && bars !== undefined && <SignalBars bars={bars} name={person.name} />}
    </li>
  );
}
