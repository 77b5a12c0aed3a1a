import type { SessionPerson } from "@nexbasira/core/contract/console.ts";
import { deviceName } from "@nexbasira/core/contract/device-name.ts";
import { Avatar } from "@nexbasira/ui/avatar.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { Check, X } from "lucide-react";
import { useTranslation } from "react-i18next";

const CONSENTS = ["camera", "microphone", "location", "recording"] as const;

/** Who was there, from when to when, on what, and what they agreed to. */
export function PeopleCard({ people }: { people: readonly SessionPerson[] }) {
  const { t } = useTranslation("console");
  return (
    <Card className="flex flex-col gap-4">
      <h2 className="text-base font-semibold">{t("people.title")}</h2>
      {people.length === 0 && <p className="text-sm text-muted">{t("people.nobody")}</p>}
      <ul className="flex flex-col gap-4">
        {people.map((person) => (
          <PersonRow key={person.participant_id} person={person} />
        ))}
      </ul>
    </Card>
  );
}

function PersonRow({ person }: { person: SessionPerson }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const consents = CONSENTS.flatMap((kind) => {
    const consent = person.consents.findLast((given) => given.kind === kind);
    return consent === undefined ? [] : [{ kind, granted: consent.granted }];
  });
  return (
    <li className="flex gap-3 text-sm">
      <Avatar name={person.name} />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="font-medium">
          {person.name} <span className="font-normal text-muted">{t(`roles.${person.role}`)}</span>
        </p>
        <p data-figures className="text-muted">
          {formatTime(person.joined_at, language)} –{" "}
          {person.left_at === null ? t("people.until_end") : formatTime(person.left_at, language)}
          {person.device !== null && (
            <span title={person.device} className="block break-words">
              {deviceName(person.device)}
            </span>
          )}
        </p>
        {consents.length > 0 && (
          <ul aria-label={t("people.consents")} className="flex flex-wrap gap-x-3 gap-y-0.5 text-muted">
            {consents.map(({ kind, granted }) => (
              <li key={kind} className="inline-flex items-center gap-1">
                {granted ? (
                  <Check size={14} aria-label={t("people.agreed")} className="text-success-text" />
                ) : (
                  <X size={14} aria-label={t("people.refused")} className="text-danger-text" />
                )}
                {t(`consents.${kind}`)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
