import type { RoomState } from "@nexbasira/core/contract/signalling.ts";
import { listMissingCaptures } from "@nexbasira/core/database/announced-captures.ts";
import { listChatMessages } from "@nexbasira/core/database/chat-messages.ts";
import { listClipsWithoutItem } from "@nexbasira/core/database/clips.ts";
import { listEvidenceItems } from "@nexbasira/core/database/evidence-items.ts";
import { findParticipantSignature } from "@nexbasira/core/database/participant-signatures.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { toEvidenceItem } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { withoutOrientation } from "./codecs.ts";
import { iceServersFor } from "./ice-servers.ts";
import { type Person, toPersonInfo } from "./person.ts";
import { scoreOf } from "./person-media.ts";
import type { Room } from "./room.ts";
import { toRoomClip } from "./room-clips.ts";
import type { RoomServices } from "./room-services.ts";

/** The room as somebody finds it who enters it. What the database knows is read first, so that no notice falls between. */
export async function describeRoom(
  { database, pageLinks, turn }: RoomServices,
  room: Room,
  self: Person,
): Promise<RoomState> {
  const { id } = room.session;
  const [session, items, missing, clips, signature, chat] = await Promise.all([
    findSession(database, id),
    listEvidenceItems(database, id),
    listMissingCaptures(database, id),
    listClipsWithoutItem(database, id),
    findParticipantSignature(database, id),
    listChatMessages(database, id),
  ]);
  for (const clip of clips) if (clip.abandoned_at === null) room.cutting.add(clip.id);
  const { reference, status, signature_level, signature_requested_at } = session ?? room.session;
  return {
    self: toPersonInfo(self),
    session: { id, reference, status, signature_level },
    router_rtp_capabilities: { ...withoutOrientation(room.router.rtpCapabilities) },
    ice_servers: iceServersFor(self.id, turn),
    people: room.people.map(toPersonInfo),
    producers: room.producers.map(({ info }) => info),
    scores: Object.fromEntries(
      room.producers.flatMap(({ producer }) => (producer.score.length > 0 ? [[producer.id, scoreOf(producer)]] : [])),
    ),
    simulcast: room.simulcast,
    devices: [...room.devices].map(([participant_id, state]) => ({ participant_id, state })),
    boards: room.boards.describe(),
    shown_board_id: room.boards.shownBoardId,
    announced: missing.map((capture) => ({
      capture_id: capture.capture_id,
      participant_id: capture.participant_id,
      kind: capture.kind,
      sha256: capture.sha256,
      size: capture.size,
      announced_at: capture.announced_at.getTime(),
      request_id: capture.request_id ?? capture.capture_id,
    })),
    items: items.map((item) => toEvidenceItem(item, pageLinks)),
    clips: clips.map((clip) => toRoomClip(clip, null)),
    chat: chat.filter(({ audience }) => audience === "everyone" || self.role !== "participant"),
    recording: room.recording.state,
    signature: { requested: signature_requested_at !== null, submitted: signature !== undefined },
    server_time_ms: Date.now(),
  };
}
