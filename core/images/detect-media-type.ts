import { open } from "node:fs/promises";
import { fileTypeFromBuffer } from "file-type";

/** A file by its path, or its bytes. Paths are better for large files: only what is needed is read. */
export type ImageSource = string | Uint8Array;

/** Enough for every signature that is looked for, and for the first entries of an Office file. */
const HEAD_BYTES = 64 * 1024;

/** PDF readers accept a header within the first 1024 bytes (ISO 32000-1, Annex H.3, note 13). */
const PDF_HEADER_RANGE = 1024;

/** Markup that holds an `svg` element near its start: a drawing, or a page with one in it. Either can carry script. */
const MARKUP = /^\s*</;
const SVG_ELEMENT = /<(?:[\w-]+:)?svg[\s>/]/i;
const HTML_SIGN = /<(?:!doctype\s+html|html|head|body|script|iframe)\b/i;
// Tab, line feed, form feed, carriage return and escape may stand in a text; other control characters may not.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const BINARY_SIGN = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f\u007f]/;

interface DetectedMedia {
  /** `undefined` where the content matches no known format. */
  mediaType: string | undefined;
  /** The file's size in bytes. */
  size: number;
}

/**
 * Says what a file is by its content alone; its name and announced type play no part. Reads at most 64 KiB.
 * Script-bearing formats (SVG, HTML, other XML) come out as `image/svg+xml`, `text/html`, `application/xml`.
 */
export async function detectMediaType(source: ImageSource): Promise<DetectedMedia> {
  const { head, size } = await readHead(source);
  if (size === 0) return { mediaType: undefined, size };
  const text = decodeText(head, head.length < size);
  if (text !== undefined && MARKUP.test(text) && SVG_ELEMENT.test(text)) return { mediaType: "image/svg+xml", size };
  const known = await fileTypeFromBuffer(head);
  if (known !== undefined) return { mediaType: known.mime, size };
  if (Buffer.from(head.subarray(0, PDF_HEADER_RANGE)).includes("%PDF-")) return { mediaType: "application/pdf", size };
  if (text === undefined || BINARY_SIGN.test(text)) return { mediaType: undefined, size };
  return { mediaType: HTML_SIGN.test(text) ? "text/html" : "text/plain", size };
}

async function readHead(source: ImageSource): Promise<{ head: Uint8Array; size: number }> {
  if (typeof source !== "string") return { head: source.subarray(0, HEAD_BYTES), size: source.length };
  const file = await open(source, "r");
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, HEAD_BYTES)), 0, undefined, 0);
    return { head: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** The head as text, or `undefined` where it is not UTF-8. A character cut by the end of the head is no fault. */
function decodeText(head: Uint8Array, cut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: cut });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
