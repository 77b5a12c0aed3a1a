import type { ChatMessage } from "@nexbasira/core/contract/signalling.ts";
import { Camera, MessageSquare, PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { CommandCard } from "./command-card.tsx";
import { PhotoFileInput } from "./photo-file-input.tsx";
import { RequestCard } from "./request-card.tsx";
import { usePhotoRequest } from "./use-visit.ts";
import type { Visit } from "./visit.ts";

export interface RequestsProps {
  visit: Visit;
  onPhotoFile: (file: File) => void;
  /** Undefined while no signature is asked for. */
  onSign: (() => void) | undefined;
  /** What others wrote and was not looked at yet, the newest last. */
  unread: readonly ChatMessage[];
  onAnswer: () => void;
  onSeen: () => void;
}

/** What the inspector asks of the person and the phone cannot do alone. */
export function Requests({ visit, onPhotoFile, onSign, unread, onAnswer, onSeen }: RequestsProps) {
  const { t } = useTranslation("participant");
  const photoRequest = usePhotoRequest(visit);
  const message = unread.at(-1);
  return (
    <>
      {message !== undefined && (
        <RequestCard
          icon={MessageSquare}
          testId="chat-card"
          title={message.name}
          text={message.text}
          onDismiss={onSeen}
          action={{ label: t("chat.answer", { ns: "common" }), onPress: onAnswer }}
        />
      )}
      <CommandCard commands={visit.commands} />
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
