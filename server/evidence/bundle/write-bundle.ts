import { createHash } from "node:crypto";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { configure, TextReader, Uint8ArrayReader, ZipWriter } from "@zip.js/zip.js";
import type { BundledFile, MadeFile } from "./lay-out-bundle.ts";

// Bytes are stored as they are, or are few: a thread would only pass them to and fro.
configure({ useWebWorkers: false });

/** A stored file whose bytes are no longer those that it is known by. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
  readonly key: string;

  constructor(file: BundledFile) {
    super(`the stored file of ${file.path} is not what it was`);
    this.key = file.key;
  }
}

export interface BundleContents {
  /** Written first, compressed. */
  made: readonly MadeFile[];
  /** Photos, films and a PDF do not get smaller, so they are stored. */
  stored: readonly BundledFile[];
  /** The time of every entry. */
  at: Date;
}

/**
 * Writes a bundle as a ZIP (APPNOTE 6.3, ZIP64 where a size or the number of files asks for it), file by file as fast as
 * it is taken: nothing is kept. Each stored file is hashed on its way out.
 *
 * @throws DamagedFile where a file is not what it should be: what was written until then is no ZIP, as its directory is
 * missing; the signal's reason where it was aborted.
 */
export async function writeBundle(
  contents: BundleContents,
  storage: Pick<Storage, "open">,
  to: WritableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const zip = new ZipWriter(to, { lastModDate: contents.at, signal, msDosCompatible: false });
  for (const { path, content } of contents.made) {
    await zip.add(path, typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content));
  }
  for (const file of contents.stored) {
    const content = await storage.open(file.key);
    try {
      await zip.add(file.path, toStream(checked(file, content.read())), { level: 0, uncompressedSize: file.size });
    } finally {
      await content.close();
    }
  }
  await zip.close();
}

function toStream(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => {
      await chunks.return(undefined);
    },
  });
}

async function* checked(file: BundledFile, content: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const bytes of content) {
    hash.update(bytes);
    yield bytes;
  }
  if (hash.digest("hex") !== file.sha256) throw new DamagedFile(file);
}
