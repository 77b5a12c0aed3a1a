import { type ChatMessage, MAX_CHAT_TEXT } from "@nexbasira/core/contract/signalling.ts";
import { CircleAlert, Clock, Lock, SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { formatTime } from "../format.ts";
import { IconButton } from "../icon-button.tsx";
import { useLanguage } from "../use-language.ts";
import type { Chat, WaitingMessage } from "./chat.ts";

export interface ChatPanelProps {
  chat: Chat;
  messages: readonly ChatMessage[];
  /** The reader's own participant id. */
  self: string;
  /** Whether notes can be written that only the organization's people read. */
  writesNotes: boolean;
  className?: string;
}

/** What people write to each other in a call: the messages, newest last, and a line to write the next. */
export function ChatPanel({ chat, messages, self, writesNotes, className }: ChatPanelProps) {
  const { t } = useTranslation();
  const waiting = useSyncExternalStore(chat.subscribe, chat.getWaiting);
  const isThere = new Set(messages.map(({ message_id }) => message_id));
  const unsent = waiting.filter(({ message_id }) => !isThere.has(message_id));
  const end = useRef<HTMLLIElement>(null);
  const count = messages.length + unsent.length;
  useEffect(() => {
    if (count > 0) end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  return (
    <div className={classNames("flex min-h-0 flex-col", className)}>
      <ol
        aria-label={t("chat.title")}
        aria-live="polite"
        aria-relevant="additions"
        data-testid="chat"
        className="flex min-h-24 flex-1 flex-col gap-3 overflow-y-auto p-3"
      >
        {count === 0 && <li className="m-auto max-w-60 text-center text-sm text-muted">{t("chat.empty")}</li>}
        {messages.map((message) => (
          <Sent key={message.message_id} message={message} own={message.participant_id === self} />
        ))}
        {unsent.map((message) => (
          <Unsent key={message.message_id} message={message} />
        ))}
        <li ref={end} aria-hidden className="h-px shrink-0" />
      </ol>
      <Composer chat={chat} writesNotes={writesNotes} />
    </div>
  );
}

function Sent({ message, own }: { message: ChatMessage; own: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li data-testid="chat-message" data-audience={message.audience} className={own ? "self-end" : "self-start"}>
      <p className="mb-1 flex items-center gap-1.5 text-xs text-muted">
        {message.audience === "staff" && <Lock size={12} aria-hidden />}
        <span className="min-w-0 truncate">
          {message.audience === "staff"
            ? t("chat.note_by", { name: message.name })
            : own
              ? t("chat.you")
              : message.name}
        </span>
        <time data-figures>{formatTime(new Date(message.sent_at).toISOString(), language)}</time>
      </p>
      <Bubble text={message.text} own={own} note={message.audience === "staff"} />
    </li>
  );
}

function Unsent({ message }: { message: WaitingMessage }) {
  const { t } = useTranslation();
  const Icon = message.refused ? CircleAlert : Clock;
  return (
    <li data-testid="chat-unsent" className="self-end">
      <p
        className={classNames(
          "mb-1 flex items-center justify-end gap-1.5 text-xs",
          message.refused ? "text-danger-text" : "text-muted",
        )}
      >
        <Icon size={12} aria-hidden />
        {message.refused ? t("chat.refused") : t("chat.waiting")}
      </p>
      <Bubble text={message.text} own note={message.audience === "staff"} />
    </li>
  );
}

function Bubble({ text, own, note }: { text: string; own: boolean; note: boolean }) {
  return (
    <p
      dir="auto"
      className={classNames(
        "w-fit max-w-72 rounded-surface px-3 py-2 text-sm break-words whitespace-pre-wrap",
        own && "ml-auto",
        note ? "border border-dashed border-line" : own ? "bg-accent text-on-accent" : "bg-hover",
      )}
    >
      {text}
    </p>
  );
}

function Composer({ chat, writesNotes }: { chat: Chat; writesNotes: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState(chat.draft);
  const [note, setNote] = useState(false);
  const write = (value: string): void => {
    chat.draft = value;
    setText(value);
  };
  const send = (event?: FormEvent): void => {
    event?.preventDefault();
    if (text.trim() === "") return;
    chat.send(note ? "staff" : "everyone", text.trim());
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // An input method's Enter takes what it offers.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form onSubmit={send} className="flex shrink-0 flex-col gap-2 border-t border-line p-2">
      {writesNotes && (
        <label className="flex items-center gap-2 px-1 text-xs text-muted">
          <input
            type="checkbox"
            checked={note}
            onChange={(event) => setNote(event.target.checked)}
            data-testid="chat-note"
            className="size-4 accent-accent-text"
          />
          {t("chat.as_note")}
        </label>
      )}
      <div className="flex items-end gap-1">
        <textarea
          dir="auto"
          rows={Math.min(4, text.split("\n").length)}
          maxLength={MAX_CHAT_TEXT}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          aria-label={note ? t("chat.write_note") : t("chat.write")}
          placeholder={note ? t("chat.write_note") : t("chat.write")}
          data-testid="chat-text"
          className="min-h-12 min-w-0 flex-1 resize-none rounded-control border border-line bg-base px-3 py-2.5 text-base text-ink placeholder:text-muted lg:min-h-10 lg:py-2 lg:text-sm"
        />
        <IconButton
          type="submit"
          icon={SendHorizontal}
          size="touch"
          label={t("chat.send")}
          disabled={text.trim() === ""}
          data-testid="chat-send"
        />
      </div>
    </form>
  );
}
