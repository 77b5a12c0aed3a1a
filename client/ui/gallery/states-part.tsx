import { Images, Radio } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ApiError } from "../api-error.ts";
import { ApiFailed } from "../api-failed.tsx";
import { Button } from "../button.tsx";
import { Card } from "../card.tsx";
import { EmptyState } from "../empty-state.tsx";
import {
  formatDate,
  formatDuration,
  formatExactTime,
  formatNumber,
  formatPercent,
  formatPosition,
  formatSize,
  formatTime,
} from "../format.ts";
import { Hash } from "../hash.tsx";
import { Progress } from "../progress.tsx";
import { QrCode } from "../qr-code.tsx";
import { SkeletonList } from "../skeleton.tsx";
import { StatusPill } from "../status-pill.tsx";
import { useLanguage } from "../use-language.ts";

const HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const AT = Date.UTC(2026, 4, 23, 11, 42, 15);

export function StatesPart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const failure = new ApiError({ code: "network", status: 0, title: "network", requestId: "req_01JV9Z3M4K" });
  return (
    <div className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
      <Card className="flex flex-col gap-4">
        <div className="flex flex-wrap gap-2">
          <StatusPill kind="live" label={t("loading")} />
          <StatusPill kind="success" label={t("copied")} />
          <StatusPill kind="warning" label={t("optional")} />
          <StatusPill kind="danger" label={t("retry")} />
          <StatusPill kind="info" label={t("loading")} />
          <StatusPill kind="neutral" label={t("cancel")} icon={Radio} />
        </div>
        <Progress label={t("loading")} value={0.42} />
        <Progress label={t("loading")} value={0.7} detail={`${formatSize(1_234_567, language)} / 4 MB`} />
        <Progress label={t("loading")} />
        <Hash value={HASH} />
        <Hash value={HASH} short />
        <p className="text-sm text-muted" data-figures>
          {formatDate(AT, language)} · {formatTime(AT, language)} · {formatExactTime(AT, language)} ·{" "}
          {formatNumber(12_345.678, language, 1)} · {formatPercent(0.64, language)} · {formatDuration(247_000)} ·{" "}
          {formatPosition({ latitude: 49.19522, longitude: 16.60796 }, language)}
        </p>
      </Card>
      <Card>
        <EmptyState
          icon={Images}
          title={t("map.empty")}
          text={t("map.empty_text")}
          action={<Button>{t("retry")}</Button>}
        />
      </Card>
      <Card>
        <ApiFailed error={failure} safe={t("secret.once")} onRetry={() => undefined} />
      </Card>
      <Card>
        <SkeletonList />
      </Card>
      <Card className="flex justify-center">
        <QrCode text="https://field.example/s/abcdef0123456789" label="https://field.example" className="size-44" />
      </Card>
    </div>
  );
}
