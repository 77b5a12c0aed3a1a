import type { Anchor } from "@nexbasira/core/contract/audit.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { useTranslation } from "react-i18next";
import { AnchorList } from "./anchor-list.tsx";

/** By whom and since when the log with this session's entries is proven to have been so. */
export function AnchorsCard({ anchors }: { anchors: readonly Anchor[] }) {
  const { t } = useTranslation("console");
  return (
    <Card className="flex flex-col gap-3">
      <h2 className="text-base font-semibold">{t("anchors.title")}</h2>
      <AnchorList anchors={anchors} />
    </Card>
  );
}
