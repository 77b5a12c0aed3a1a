import { Unreadable } from "../report.ts";
import { type Dict, isDict, isInteger, isName, type Stream, type Value } from "./objects.ts";

/**
 * What a stream holds, decoded: as it is, or by FlateDecode (ISO 32000-1, clause 7.4.4), which is all that the structure
 * of a PDF needs.
 *
 * @param limit bytes that it may have at most, decoded
 */
export async function decodeStream({ dict, raw }: Stream, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const [filter, ...others] = asList(dict.get("Filter"));
  if (filter === undefined) return Uint8Array.from(raw);
  if (others.length > 0 || !isName(filter, "FlateDecode")) {
    throw new Unreadable("not_understood", "the PDF's structure is in a stream with another filter than FlateDecode");
  }
  const inflated = await inflate(raw, limit);
  const [parameters] = asList(dict.get("DecodeParms"));
  return isDict(parameters) ? undoPredictor(inflated, parameters) : inflated;
}

function asList(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Inflates zlib data, and stops where it grows over the limit. */
async function inflate(raw: Uint8Array, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([Uint8Array.from(raw)]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limit) throw new Unreadable("too_large", "a compressed part of the PDF is too large");
      chunks.push(value);
    }
  } catch (cause) {
    if (cause instanceof Unreadable) {
      await reader.cancel().catch(() => undefined);
      throw cause;
    }
    throw new Unreadable("damaged", "a compressed part of the PDF cannot be read", { cause });
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The predictors of PNG (ISO 32000-1, clause 7.4.4.4), as cross-reference streams use them. */
function undoPredictor(data: Uint8Array<ArrayBuffer>, parameters: Dict): Uint8Array<ArrayBuffer> {
  const predictor = parameters.get("Predictor") ?? 1;
  if (predictor === 1) return data;
  const columns = parameters.get("Columns") ?? 1;
  const isBytes = (parameters.get("Colors") ?? 1) === 1 && (parameters.get("BitsPerComponent") ?? 8) === 8;
  if (typeof predictor !== "number" || predictor < 10 || !isInteger(columns) || columns < 1 || !isBytes) {
    throw new Unreadable("not_understood", "a compressed part of the PDF has a predictor that is not understood");
  }
  const rows = data.length / (columns + 1);
  if (!Number.isInteger(rows)) throw new Unreadable("damaged", "a compressed part of the PDF is cut short");
  const result = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const type = data[row * (columns + 1)] ?? 0;
    if (type > 4) throw new Unreadable("damaged", "a compressed part of the PDF cannot be read");
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const left = column > 0 ? (result[at - 1] ?? 0) : 0;
      const above = row > 0 ? (result[at - columns] ?? 0) : 0;
      const corner = row > 0 && column > 0 ? (result[at - columns - 1] ?? 0) : 0;
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][type] ?? 0;
      result[at] = (data[row * (columns + 1) + 1 + column] ?? 0) + guess;
    }
  }
  return result;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
