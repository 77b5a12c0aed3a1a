import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { Session } from "@nexbasira/core/contract/session.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatTime } from "@nexbasira/ui/format.ts";
import { PositionDrawing } from "@nexbasira/ui/map/position-drawing.tsx";
import type { Position } from "@nexbasira/ui/map/project-positions.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { standingItems } from "./standing-items.ts";

const EXPECTED = "expected";

export interface PositionsProps {
  session: Session;
  items: readonly EvidenceItem[];
  openId: string | undefined;
  onOpen: (id: string) => void;
  /** In a narrow column: the drawing shrinks, its texts do not. */
  narrow?: boolean;
}

/** Where each item was captured, and the expected place if its coordinates are known; true to scale. */
export function Positions({ session, items, openId, onOpen, narrow = false }: PositionsProps) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const expected = session.location;
  const positions = useMemo(() => {
    const captured = standingItems(items).flatMap((item): Position[] =>
      item.location === null
        ? []
        : [
            {
              id: item.id,
              label: formatTime(item.captured_at, language, true),
              latitude: item.location.latitude,
              longitude: item.location.longitude,
              accuracyM: item.location.accuracy_m,
            },
          ],
    );
    if (expected?.latitude == null || expected.longitude == null) return captured;
    const { latitude, longitude } = expected;
    return [{ id: EXPECTED, label: t("positions.expected"), latitude, longitude, accuracyM: 0 }, ...captured];
  }, [items, expected, language, t]);
  return (
    <Card data-testid="position-drawing" padded={false} className="flex flex-col gap-3 p-3">
      <PositionDrawing
        positions={positions}
        chosenId={openId}
        onChoose={(id) => id !== EXPECTED && onOpen(id)}
        className={narrow ? "[&_text]:text-[20px]" : ""}
      />
      {expected?.address != null && (
        <p className="px-1 pb-1 text-sm text-muted">
          {t("positions.expected")}: <span className="text-ink">{expected.address}</span>
        </p>
      )}
    </Card>
  );
}
