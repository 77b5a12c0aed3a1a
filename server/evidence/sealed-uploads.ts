import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { BrokenSeal } from "@nexbasira/core/sealing/sealed-format.ts";
import { LogSealer, readLogPieces } from "@nexbasira/core/sealing/sealed-log.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { isMissingFile } from "@nexbasira/core/storage/is-missing-file.ts";
import { type Configstore, FileStore } from "@tus/file-store";
import { ERRORS, Upload } from "@tus/server";

/** How far an upload has come. */
interface Progress {
  /** Bytes of plaintext. */
  offset: number;
  /** Bytes of the file that hold them. Behind them is at most what a killed process was writing. */
  end: number;
}

/** As many uploads as may be under way at once without their files being read again for each request. */
const REMEMBERED = 1000;

/** Uploads under way, and what is noted of them, encrypted: each is a sealed log to which every request appends a run. */
export class SealedUploadStore extends FileStore {
  readonly #keys: SealingKeys;
  /** Valid while the file is as long as `end`. */
  readonly #progress = new Map<string, Progress>();

  constructor(directory: string, keys: SealingKeys) {
    super({ directory, configstore: new SealedNotes(directory, keys) });
    this.#keys = keys;
  }

  /** Keeps what came before a request breaks off, as the protocol wants it. */
  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const file = await open(join(this.directory, id), "r+");
    try {
      let { end, offset: came } = await this.#measure(file, id);
      if (came !== offset) throw ERRORS.INVALID_OFFSET;
      await file.truncate(end);
      const sealer = new LogSealer(this.#keys);
      let header: Buffer | null = sealer.header;
      for await (const bytes of source) {
        const frame: Buffer = sealer.seal(bytes);
        const output = header ? Buffer.concat([header, frame]) : frame;
        await writeWhole(file, output, end);
        header = null;
        end += output.length;
        came += bytes.length;
        this.#remember(id, { offset: came, end });
      }
      return came;
    } finally {
      await file.close();
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await super.getUpload(id);
    return new Upload({ ...upload, id, offset: (await this.arrived(id)) ?? 0 });
  }

  override async remove(id: string): Promise<void> {
    this.#progress.delete(id);
    await super.remove(id);
  }

  /** How many bytes of an upload are here; undefined where its file is not. */
  async arrived(id: string): Promise<number | undefined> {
    try {
      const file = await open(join(this.directory, id), "r");
      try {
        return (await this.#measure(file, id)).offset;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissingFile(error)) return undefined;
      throw error;
    }
  }

  /** What has arrived of an upload. */
  async *content(id: string): AsyncGenerator<Buffer> {
    const file = await open(join(this.directory, id), "r");
    try {
      for await (const piece of readLogPieces(file, this.#keys)) {
        if (piece.kind === "damage") return;
        if (piece.kind === "frame") yield piece.plain;
      }
    } finally {
      await file.close();
    }
  }

  /** The bytes are stored elsewhere, or of no use: only what is noted of the upload stays. */
  async forgetContent(id: string): Promise<void> {
    this.#progress.delete(id);
    await rm(join(this.directory, id), { force: true });
  }

  async #measure(file: FileHandle, id: string): Promise<Progress> {
    const known = this.#progress.get(id);
    if (known?.end === (await file.stat()).size) return known;
    const progress: Progress = { offset: 0, end: 0 };
    for await (const piece of readLogPieces(file, this.#keys)) {
      if (piece.kind === "damage") break;
      progress.end += piece.bytes;
      if (piece.kind === "frame") progress.offset += piece.plain.length;
    }
    this.#remember(id, progress);
    return progress;
  }

  #remember(id: string, progress: Progress): void {
    if (this.#progress.size >= REMEMBERED) this.#progress.clear();
    this.#progress.set(id, progress);
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const step = await file.write(bytes, written, bytes.length - written, position + written);
    if (step.bytesWritten === 0) throw ERRORS.FILE_WRITE_ERROR;
    written += step.bytesWritten;
  }
}

/** What is noted of uploads: a sealed log of one frame each, replaced whole. */
class SealedNotes implements Configstore {
  readonly #directory: string;
  readonly #keys: SealingKeys;

  constructor(directory: string, keys: SealingKeys) {
    this.#directory = directory;
    this.#keys = keys;
  }

  async get(id: string): Promise<Upload | undefined> {
    try {
      const file = await open(this.#path(id), "r");
      try {
        for await (const piece of readLogPieces(file, this.#keys)) {
          if (piece.kind === "frame") return new Upload(JSON.parse(piece.plain.toString()));
        }
      } finally {
        await file.close();
      }
      throw new BrokenSeal("what was noted of an upload was altered or cut");
    } catch (error) {
      if (isMissingFile(error)) return undefined;
      throw error;
    }
  }

  async set(id: string, upload: Upload): Promise<void> {
    const sealer = new LogSealer(this.#keys);
    const note = Buffer.concat([sealer.header, sealer.seal(Buffer.from(JSON.stringify(upload)))]);
    const unfinished = `${this.#path(id)}.${randomUUID()}`;
    await writeFile(unfinished, note);
    await rename(unfinished, this.#path(id));
  }

  async delete(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.note`);
  }
}
