import { extensionOf } from "@nexbasira/core/contract/media-extension.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import {
  listPersonItems,
  listPersonRecords,
  listPersonRows,
  type PersonSessionRow,
} from "@nexbasira/core/database/people.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import type { ZipFile } from "@nexbasira/core/zip/stream-zip.ts";

const README = `Everything that is kept of one person in these sessions.

person.json   who they are, per session: invitations and messages, devices, consents, what they wrote, how they
              signed, where and when they captured what, the events that were sent to other systems, and the entries
              of the audit log of these sessions, word for word. An entry names people by their ids alone.
captures/     what they captured, as it came from their device
signatures/   what they signed by hand

What others captured is not theirs and is left out, and so are recordings, in which others are heard: person.json
says which there are. Where a content was deleted, its entry says since when, and its hash is what is left.
`;

/** The files of a person's export, one session after the other, each read when its turn comes. */
export async function* exportPerson(
  { database, storage }: { database: Database; storage: Storage },
  sessions: readonly PersonSessionRow[],
  exportedAt: Date,
): AsyncGenerator<ZipFile> {
  const file = { modified: exportedAt, compressed: true };
  yield { ...file, name: "README.txt", content: README };
  const described = [];
  const contents: { name: string; storage_key: string; modified: Date; compressed: boolean }[] = [];
  for (const session of sessions) {
    const { participant_id } = session;
    const items = participant_id === null ? [] : await listPersonItems(database, participant_id);
    const rows = await listPersonRows(database, session.id, participant_id);
    const recording = await findSessionRecording(database, session.id);
    const records = await listPersonRecords(database, session.id);
    const { drawn_signature: drawn } = rows;
    for (const { id, media_type, storage_key, captured_at } of items) {
      if (storage_key === null) continue;
      contents.push({ name: captureName(id, media_type), storage_key, modified: captured_at, compressed: false });
    }
    if (drawn && drawn.storage_key !== null) {
      const name = `signatures/${drawn.id}.svg`;
      contents.push({ name, storage_key: drawn.storage_key, modified: drawn.created_at, compressed: true });
    }
    described.push({
      session: withoutOwnWork(session),
      ...rows,
      drawn_signature: drawn && {
        ...withoutKey(drawn),
        file: drawn.storage_key === null ? null : `signatures/${drawn.id}.svg`,
      },
      captures: items.map((item) => ({
        ...withoutKey(item),
        file: item.storage_key === null ? null : captureName(item.id, item.media_type),
      })),
      recording: recording && {
        id: recording.id,
        started_at: recording.started_at,
        ended_at: recording.ended_at,
        sha256: recording.mkv_sha256,
        deleted_at: recording.deleted_at,
      },
      audit_entries: records.map(({ record }): unknown => JSON.parse(record)),
    });
  }
  const document = { exported_at: exportedAt, sessions: described };
  yield { ...file, name: "person.json", content: `${JSON.stringify(document, null, 2)}\n` };
  for (const { name, storage_key, modified, compressed } of contents) {
    yield { name, modified, compressed, content: contentOf(storage, storage_key) };
  }
}

function captureName(id: string, mediaType: string): string {
  const extension = extensionOf(mediaType);
  return `captures/${id}${extension === undefined ? "" : `.${extension}`}`;
}

/** A content, closed when it was read. One that is deleted at this moment leaves an empty file. */
async function* contentOf(storage: Storage, key: string): AsyncGenerator<Uint8Array> {
  const content = await storage.open(key).catch((error: unknown) => {
    if (isMissingFile(error)) return undefined;
    throw error;
  });
  if (!content) return;
  try {
    yield* content.read();
  } finally {
    await content.close();
  }
}

function withoutKey<Row extends { storage_key: string | null }>({ storage_key: _, ...rest }: Row) {
  return rest;
}

/** What the organization notes for itself is no data of the person: why it holds a session, who made it. */
function withoutOwnWork(session: PersonSessionRow) {
  const { legal_hold_reason: _reason, legal_hold_by: _by, created_by: _creator, ...rest } = session;
  return rest;
}
