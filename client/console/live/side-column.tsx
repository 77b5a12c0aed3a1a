import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { Tabs } from "@nexbasira/ui/tabs.tsx";
import { ToolButton } from "@nexbasira/ui/tool-button.tsx";
import { Paperclip } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Positions } from "../items/positions.tsx";
import { PeoplePanel } from "./people-panel.tsx";
import type { TimelineEntry } from "./timeline.ts";
import { TimelinePanel } from "./timeline-panel.tsx";

export interface SideColumnProps {
  detail: SessionDetail;
  room: RoomView;
  entries: readonly TimelineEntry[];
  openId: string | undefined;
  onOpenEntry: (entry: TimelineEntry) => void;
  onOpenItem: (id: string) => void;
  selfMuted: boolean;
  /** Undefined where no files may be added. */
  onFiles: ((files: Iterable<File>) => void) | undefined;
}

/** Beside the picture: what was captured, where, and who is there. */
export function SideColumn(props: SideColumnProps) {
  const { detail, room, entries, openId, onOpenEntry, onOpenItem, onFiles } = props;
  const { t } = useTranslation("console");
  const [tab, setTab] = useState<"timeline" | "positions">("timeline");
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
              content: <TimelinePanel entries={entries} onOpen={onOpenEntry} />,
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
          ]}
        />
        {onFiles !== undefined && <AddFiles onFiles={onFiles} />}
      </div>
      <PeoplePanel room={room} selfMuted={props.selfMuted} />
    </aside>
  );
}

function AddFiles({ onFiles }: { onFiles: (files: Iterable<File>) => void }) {
  const { t } = useTranslation("console");
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="absolute top-0.5 right-1">
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
      <ToolButton
        icon={Paperclip}
        label={t("live.add_document")}
        tooltipSide="left"
        data-testid="add-document"
        onClick={() => input.current?.click()}
      />
    </div>
  );
}
