import { Readable } from "node:stream";
import { ZipWriter } from "@zip.js/zip.js";

/** A file of an archive. `content` is read when its turn comes. */
export interface ZipFile {
  /** With `/` between folders. */
  name: string;
  content: AsyncIterable<Uint8Array> | Uint8Array | string;
  modified: Date;
  /** What cannot be made smaller (pictures, films, PDF) is stored as it is. */
  compressed: boolean;
}

/**
 * An archive as a stream that is written as fast as it is read: never more of it in memory than what is under way. Where a
 * file cannot be read, the stream ends with that error, and whoever reads it has half an archive without a directory, which
 * no program takes for a whole one.
 */
export function streamZip(files: AsyncIterable<ZipFile>): Readable {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  void writeFiles(files, writable).catch((error: unknown) => writable.abort(error).catch(() => undefined));
  return Readable.fromWeb(readable as import("node:stream/web").ReadableStream<Uint8Array>);
}

async function writeFiles(files: AsyncIterable<ZipFile>, writable: WritableStream<Uint8Array>): Promise<void> {
  const archive = new ZipWriter(writable, { useWebWorkers: false, preventClose: false });
  for await (const { name, content, modified, compressed } of files) {
    await archive.add(name, streamOf(content), {
      level: compressed ? 6 : 0,
      lastModDate: modified,
      useWebWorkers: false,
    });
  }
  await archive.close();
}

function streamOf(content: ZipFile["content"]): ReadableStream<Uint8Array> {
  if (typeof content === "string") return new Blob([content]).stream();
  if (content instanceof Uint8Array) return new Blob([new Uint8Array(content)]).stream();
  const parts = content[Symbol.asyncIterator]();
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => {
      await parts.return?.();
    },
  });
}
