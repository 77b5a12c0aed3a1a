import type { RoomState } from "@nexbasira/core/contract/signalling.ts";
import { listMissingCaptures } from "@nexbasira/core/database/announced-captures.ts";
import { listEvidenceItems } from "@nexbasira/core/database/evidence-items.ts";
import { findParticipantSignature } from "@nexbasira/core/database/participant-signatures.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { toEvidenceItem } from "@nexbasira/core/resources/evidence-item-resource.ts";
import { withoutOrientation } from "./codecs.ts";
import { iceServersFor } from "./ice-servers.ts";
import { type Person, toPersonInfo } from "./person.ts";
import type { Room } from "./room.ts";
import type { RoomServices } from "./room-services.ts";

/** The room as somebody finds it who enters it. What the database knows is read first, so that no notice falls between. */
export async function describeRoom(
  { database, pageLinks, turn }: RoomServices,
  room: Room,
  self: Person,
): Promise<RoomState> {
  const { id } = room.session;
  const [session, items, missing, signature] = await Promise.all([
    findSession(database, id),
    listEvidenceItems(database, id),
    listMissingCaptures(database, id),
    findParticipantSignature(database, id),
  ]);
  const { reference, status, signature_level, signature_requested_at } = session ?? room.session;
  return {
    self: toPersonInfo(self),
    session: { id, reference, status, signature_level },
    router_rtp_capabilities: { ...withoutOrientation(room.router.rtpCapabilities) },
    ice_servers: iceServersFor(self.id, turn),
    people: room.people.map(toPersonInfo),
    producers: room.producers.map(({ info }) => info),
    boards: room.boards.describe(),
    shown_board_id: room.boards.shownBoardId,
    announced: missing.map((capture) => ({
      capture_id: capture.capture_id,
      participant_id: capture.participant_id,
      kind: capture.kind,
      sha256: capture.sha256,
      size: capture.size,
      announced_at: capture.announced_at.getTime(),
    })),
    items: items.map((item) => toEvidenceItem(item, pageLinks)),
    recording: room.recording.state,
    signature: { requested: signature_requested_at !== null, submitted: signature !== undefined },
    server_time_ms: Date.now(),
  };
}
