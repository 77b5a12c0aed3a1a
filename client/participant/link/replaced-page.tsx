import type { Brand } from "@nexbasira/core/contract/join.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MessagePage } from "./message-page.tsx";

/** The same link was opened on another device, which is now the one in the session. */
export function ReplacedPage({
  brand,
  onUseThis,
  unsent,
}: {
  brand: Brand;
  onUseThis: () => void;
  unsent?: ReactNode;
}) {
  const { t } = useTranslation("participant");
  return (
    <div data-testid="device-replaced">
      <MessagePage
        brand={brand}
        icon={Smartphone}
        title={t("replaced.title")}
        action={
          <Button variant="primary" size="large" block onClick={onUseThis} data-testid="use-this-device">
            {t("replaced.use_this")}
          </Button>
        }
      >
        <p>{t("replaced.what")}</p>
        <p>{t("replaced.todo")}</p>
        {unsent}
      </MessagePage>
    </div>
  );
}
