import type { Person } from "@nexbasira/core/contract/signalling.ts";
import { Avatar } from "@nexbasira/ui/avatar.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { Sheet } from "@nexbasira/ui/sheet.tsx";
import { FilePlus2, type LucideIcon, MessageSquare, PhoneOff, Presentation } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

export interface MoreSheetProps {
  open: boolean;
  onClose: () => void;
  people: readonly Person[];
  onDocument: (files: File[]) => void;
  /** Undefined while there is no connection to open one. */
  onWhiteboard: (() => void) | undefined;
  /** How many messages were not looked at yet. */
  unread: number;
  onChat: () => void;
  onLeave: () => void;
}

const ROW =
  "flex min-h-14 w-full items-center gap-4 rounded-control px-3 text-left text-base font-medium hover:bg-hover disabled:opacity-50";

/** What is needed now and then. */
export function MoreSheet(props: MoreSheetProps) {
  const { open, onClose, people, onDocument, onWhiteboard, unread, onChat, onLeave } = props;
  const { t } = useTranslation("participant");
  const [leaving, setLeaving] = useState(false);
  const close = (): void => {
    setLeaving(false);
    onClose();
  };
  if (leaving) {
    return (
      <Sheet open={open} onClose={close} title={t("leave.title")}>
        <p className="text-muted">{t("leave.text")}</p>
        <Button variant="danger" size="large" block onClick={onLeave} data-testid="leave-confirm">
          {t("leave.confirm")}
        </Button>
        <Button size="large" block onClick={close}>
          {t("leave.stay")}
        </Button>
      </Sheet>
    );
  }
  return (
    <Sheet open={open} onClose={close} title={t("live.more")}>
      <div className="-mx-3 flex flex-col">
        <label className={classNames(ROW, "relative focus-within:outline-2")}>
          <FilePlus2 size={22} aria-hidden className="shrink-0 text-muted" />
          <span>
            {t("more.document")}
            <span className="block text-sm font-normal text-muted">{t("more.document_text")}</span>
          </span>
          <input
            type="file"
            multiple
            data-testid="document-input"
            className="absolute inset-0 cursor-pointer opacity-0"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = "";
              if (files.length === 0) return;
              onDocument(files);
              close();
            }}
          />
        </label>
        <Row icon={MessageSquare} testId="open-chat" onClick={onChat}>
          {t("chat.title", { ns: "common" })}
          {unread > 0 && (
            <span className="block text-sm font-normal text-accent-text">
              {t("chat.unread", { ns: "common", count: unread })}
            </span>
          )}
        </Row>
        <Row
          icon={Presentation}
          disabled={onWhiteboard === undefined}
          testId="open-whiteboard"
          onClick={() => {
            onWhiteboard?.();
            close();
          }}
        >
          {t("more.whiteboard")}
        </Row>
      </div>
      <section className="flex flex-col gap-2 border-t border-line pt-4">
        <h3 className="text-sm font-medium text-muted">{t("more.people")}</h3>
        {people.length === 0 ? (
          <p className="text-sm text-muted">{t("live.waiting")}</p>
        ) : (
          people.map((person) => (
            <p key={person.participant_id} className="flex items-center gap-3">
              <Avatar name={person.name} />
              <span className="min-w-0 flex-1 truncate">{person.name}</span>
              <span className="text-sm text-muted">{t(`role.${person.role}`)}</span>
            </p>
          ))
        )}
      </section>
      <Button
        variant="secondary"
        size="large"
        block
        icon={PhoneOff}
        onClick={() => setLeaving(true)}
        data-testid="leave"
        className="text-danger-text"
      >
        {t("leave.action")}
      </Button>
    </Sheet>
  );
}

function Row({
  icon: Icon,
  children,
  onClick,
  testId,
  disabled = false,
}: {
  icon: LucideIcon;
  children: ReactNode;
  onClick: () => void;
  testId: string;
  disabled?: boolean;
}) {
  return (
    <button type="button" className={ROW} onClick={onClick} disabled={disabled} data-testid={testId}>
      <Icon size={22} aria-hidden className="shrink-0 text-muted" />
      <span>{children}</span>
    </button>
  );
}
