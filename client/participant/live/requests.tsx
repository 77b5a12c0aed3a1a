import { Camera, PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { PhotoFileInput } from "./photo-file-input.tsx";
import { RequestCard } from "./request-card.tsx";
import { usePhotoRequest } from "./use-visit.ts";
import type { Visit } from "./visit.ts";

export interface RequestsProps {
  visit: Visit;
  onPhotoFile: (file: File) => void;
  /** Undefined while no signature is asked for. */
  onSign: (() => void) | undefined;
}

/** What the inspector asks of the person and the phone cannot do alone. */
export function Requests({ visit, onPhotoFile, onSign }: RequestsProps) {
  const { t } = useTranslation("participant");
  const photoRequest = usePhotoRequest(visit);
  return (
    <>
      {photoRequest !== null && (
        <RequestCard
          icon={Camera}
          testId="photo-request"
          title={t("request.photo_title", { name: photoRequest.by })}
          text={t("request.photo_text")}
          onDismiss={() => visit.dismissPhotoRequest()}
          action={{
            label: t("request.photo_action"),
            input: <PhotoFileInput label={t("request.photo_action")} testId="photo-file" onFile={onPhotoFile} />,
          }}
        />
      )}
      {onSign !== undefined && (
        <RequestCard
          icon={PenLine}
          testId="sign-request"
          title={t("request.sign_title")}
          text={t("request.sign_text")}
          action={{ label: t("request.sign_action"), onPress: onSign }}
        />
      )}
    </>
  );
}
