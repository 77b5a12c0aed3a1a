import type { Notice, RoomState } from "@nexbasira/core/contract/signalling.ts";
import type { AnyNotice } from "./room-messages.ts";

/** What a page knows of the room: the state at entering and all that the notices changed since. */
export interface RoomView extends RoomState {
  /** People whose device went silent and may still come back. */
  unreachable: readonly string[];
}

export function viewOf(state: RoomState): RoomView {
  return { ...state, unreachable: [] };
}

/**
 * The room after a notice. A notice may arrive twice, or tell what the state at entering already held: the result is the
 * same as if it had come once.
 */
export function applyNotice(view: RoomView, notice: AnyNotice): RoomView {
  switch (notice.name) {
    case "person.entered":
      return {
        ...withReachable(view, notice.payload.participant_id, true),
        people: upsert(view.people, notice.payload, "participant_id"),
      };
    case "person.left": {
      const { participant_id } = notice.payload;
      return {
        ...withReachable(view, participant_id, true),
        people: view.people.filter((person) => person.participant_id !== participant_id),
        producers: view.producers.filter((producer) => producer.participant_id !== participant_id),
        devices: view.devices.filter((device) => device.participant_id !== participant_id),
      };
    }
    case "person.unreachable":
      return withReachable(view, notice.payload.participant_id, !notice.payload.unreachable);
    case "producer.added":
    case "producer.changed":
      return { ...view, producers: upsert(view.producers, notice.payload, "producer_id") };
    case "producer.removed": {
      const { producer_id } = notice.payload;
      return { ...view, producers: view.producers.filter((producer) => producer.producer_id !== producer_id) };
    }
    case "producer.score":
      return { ...view, scores: { ...view.scores, [notice.payload.producer_id]: notice.payload.score } };
    case "capture.announced":
      return { ...view, announced: upsert(view.announced, notice.payload, "capture_id") };
    case "evidence.added":
    case "evidence.updated": {
      const item = notice.payload;
      return {
        ...view,
        items: upsert(view.items, item, "id"),
        announced: view.announced.filter(
          (capture) => capture.sha256 !== item.sha256 || capture.participant_id !== item.captured_by.participant_id,
        ),
      };
    }
    case "board.opened":
      return { ...view, boards: upsert(view.boards, notice.payload, "board_id") };
    case "board.operated":
      return { ...view, boards: view.boards.map((board) => withOperations(board, notice.payload)) };
    case "board.shown":
      return { ...view, shown_board_id: notice.payload.board_id };
    case "clip.changed": {
      const others = view.clips.filter(({ clip_id }) => clip_id !== notice.payload.clip_id);
      return { ...view, clips: notice.payload.state === "ready" ? others : [...others, notice.payload] };
    }
    case "chat.added":
      return { ...view, chat: upsert(view.chat, notice.payload, "message_id") };
    case "device.reported":
      return { ...view, devices: upsert(view.devices, notice.payload, "participant_id") };
    case "simulcast.changed":
      return { ...view, simulcast: notice.payload.on };
    case "recording.changed":
      return { ...view, recording: notice.payload };
    case "signature.requested":
      return { ...view, signature: { ...view.signature, requested: true } };
    case "signature.submitted":
      return { ...view, signature: { ...view.signature, submitted: true } };
    case "session.ended":
      return { ...view, session: { ...view.session, status: notice.payload.status } };
    case "consumer.closed":
    case "capture.requested":
    case "board.pointed":
    case "device.commanded":
    case "device.replaced":
      return view;
  }
}

function withReachable(view: RoomView, participantId: string, reachable: boolean): RoomView {
  const others = view.unreachable.filter((id) => id !== participantId);
  return { ...view, unreachable: reachable ? others : [...others, participantId] };
}

function withOperations(board: RoomView["boards"][number], added: Notice<"board.operated">): typeof board {
  if (board.board_id !== added.board_id) return board;
  const last = board.operations.at(-1)?.sequence ?? Number.NEGATIVE_INFINITY;
  const fresh = added.operations.filter(({ sequence }) => sequence > last);
  return fresh.length === 0 ? board : { ...board, operations: [...board.operations, ...fresh] };
}

/** The list with an entry in the place of the one with the same key, or at its end. */
function upsert<Entry, Key extends keyof Entry>(list: readonly Entry[], entry: Entry, key: Key): Entry[] {
  const known = list.some((other) => other[key] === entry[key]);
  return known ? list.map((other) => (other[key] === entry[key] ? entry : other)) : [...list, entry];
}
