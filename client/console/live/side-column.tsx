import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { Button } from "@nexbasira/ui/button.tsx";
import { ChatPanel } from "@nexbasira/ui/room/chat-panel.tsx";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { useChat } from "@nexbasira/ui/room/use-chat.ts";
import { useUnread } from "@nexbasira/ui/room/use-unread.ts";
import { Tabs } from "@nexbasira/ui/tabs.tsx";
import { Paperclip } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Positions } from "../items/positions.tsx";
import { type OwnConsent, PeoplePanel } from "./people-panel.tsx";
import type { TimelineEntry } from "./timeline.ts";
import { TimelinePanel } from "./timeline-panel.tsx";

export interface SideColumnProps {
  detail: SessionDetail;
  connection: RoomConnection;
  room: RoomView;
  entries: readonly TimelineEntry[];
  openId: string | undefined;
  onOpenEntry: (entry: TimelineEntry) => void;
  onOpenItem: (id: string) => void;
  selfMuted: boolean;
  consent: OwnConsent | undefined;
  isInspector: boolean;
  /** Undefined where no files may be added. */
  onFiles: ((files: Iterable<File>) => void) | undefined;
}

/** Beside the picture: what was captured, where, and who is there. */
export function SideColumn(props: SideColumnProps) {
  const { detail, connection, room, entries, openId, onOpenEntry, onOpenItem, isInspector, onFiles } = props;
  const { t } = useTranslation("console");
  const [tab, setTab] = useState<"timeline" | "positions" | "chat">("timeline");
  const chat = useChat(connection);
  const self = room.self.participant_id;
  const { unread } = useUnread(room.chat, self, tab === "chat");
  return (
    <aside className="flex min-h-0 flex-col border-line bg-base max-lg:h-80 max-lg:shrink-0 max-lg:border-t lg:w-76 lg:border-l">
      <div className="relative flex min-h-0 flex-1 flex-col">
        <Tabs
          label={t("timeline.tabs")}
          value={tab}
          onChange={setTab}
          className="min-h-0 flex-1"
          tabs={[
            {
              value: "timeline",
              label: t("timeline.title"),
              count: entries.length,
              content: (
                <div className="flex min-h-full flex-col">
                  <div className="flex-1">
                    <TimelinePanel entries={entries} isInspector={isInspector} onOpen={onOpenEntry} />
                  </div>
                  {onFiles !== undefined && <AddFiles onFiles={onFiles} />}
                </div>
              ),
            },
            {
              value: "positions",
              label: t("positions.title"),
              content: (
                <div className="p-2">
                  <Positions session={detail.session} items={room.items} openId={openId} onOpen={onOpenItem} narrow />
                </div>
              ),
            },
            {
              value: "chat",
              label: t("chat.title", { ns: "common" }),
              ...(unread.length > 0 && { count: unread.length }),
              content: chat !== undefined && (
                <ChatPanel
                  chat={chat}
                  messages={room.chat}
                  self={self}
                  writesNotes={room.self.role === "inspector"}
                  className="h-full"
                />
              ),
            },
          ]}
        />
      </div>
      <PeoplePanel room={room} selfMuted={props.selfMuted} consent={props.consent} />
    </aside>
  );
}

function AddFiles({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const { t } = useTranslation("console");
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="sticky bottom-0 border-t border-line bg-base p-2">
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="document-input"
        onChange={(event) => {
          onFiles(event.target.files ?? []);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      <Button
        size="small"
        variant="quiet"
        icon={Paperclip}
        block
        data-testid="add-document"
        onClick={() => input.current?.click()}
      >
        {t("live.add_document")}
      </Button>
    </div>
  );
}
