import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { RecordKind, StreamAnnouncement } from "@nexbasira/core/journal/format.ts";
import { type JournalRecord, listSegments, readSegment } from "@nexbasira/core/journal/journal-reader.ts";

const SEQUENCES = 0x1_0000;

/** What a journal holds of one producer. */
export interface JournalledStream {
  kind: "audio" | "video";
  role: string;
  /** Sequence numbers that are there, each counted once. */
  kept: number;
  /** How many there are from the first to the last of them. */
  sent: number;
}

/** Counts the packets in all parts of a recording's journal, by their sequence numbers. It may still be growing. */
export async function countJournalled(directory: string): Promise<JournalledStream[]> {
  const counted: JournalledStream[] = [];
  for (const part of await readdir(directory)) {
    const streams = new Map<number, { announcement: StreamAnnouncement; numbers: Set<number>; last: number }>();
    const take = ({ kind, stream, payload }: JournalRecord): void => {
      if (kind === RecordKind.streamAnnounced && !streams.has(stream)) {
        const announcement = StreamAnnouncement.parse(JSON.parse(payload.toString()));
        streams.set(stream, { announcement, numbers: new Set(), last: -1 });
      }
      const found = streams.get(stream);
      if (kind !== RecordKind.rtp || !found) return;
      found.last = extend(payload.readUInt16BE(2), found.last);
      found.numbers.add(found.last);
    };
    for (const { path } of await listSegments(join(directory, part))) {
      for await (const batch of readSegment(path)) {
        for (const record of batch) if (record.kind !== "damage") take(record);
      }
    }
    for (const { announcement, numbers } of streams.values()) {
      if (numbers.size === 0) continue;
      const sorted = [...numbers].sort((a, b) => a - b);
      const sent = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0) + 1;
      counted.push({ kind: announcement.kind, role: announcement.role, kept: numbers.size, sent });
    }
  }
  return counted;
}

/** The number without its wrap-around that is nearest to one that came before (RFC 3550, appendix A.1). */
function extend(sequence: number, near: number): number {
  if (near < 0) return sequence + SEQUENCES;
  const base = near - (near % SEQUENCES) + sequence;
  return [base - SEQUENCES, base, base + SEQUENCES].reduce((best, number) =>
    Math.abs(number - near) < Math.abs(best - near) ? number : best,
  );
}
