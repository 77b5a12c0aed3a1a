/** Where a font's table begins and how long it is, and where in the font that is written. */
interface Table {
  tag: string;
  start: number;
  length: number;
}

/**
 * A TrueType font in which each glyph's outline begins at a multiple of four bytes. `@pdf-lib/fontkit` writes subsets with
 * the short form of the `loca` table, which points to even places only: of a font that is not like that, letters go missing.
 *
 * A font with the short form has its outlines at even places already. @throws Error for one without such outlines.
 */
export function alignGlyphs(font: Buffer): Buffer {
  const tables = readTables(font);
  const find = (tag: string) => {
    const table = tables.find((one) => one.tag === tag);
    if (table === undefined) throw new Error(`the font has no table ${tag}`);
    return table;
  };
  const [glyf, loca, head] = [find("glyf"), find("loca"), find("head")];
  // `indexToLocFormat`: 1 for offsets of 32 bits (OpenType 1.9, head).
  if (font.readInt16BE(head.start + 50) !== 1) return font;
  const offsets = Array.from({ length: loca.length / 4 }, (_, glyph) => font.readUInt32BE(loca.start + 4 * glyph));
  const newLoca = Buffer.alloc(loca.length);
  const outlines: Buffer[] = [];
  let end = 0;
  for (const [glyph, from] of offsets.entries()) {
    newLoca.writeUInt32BE(end, 4 * glyph);
    const to = offsets[glyph + 1] ?? from;
    const outline = padded(font.subarray(glyf.start + from, glyf.start + to));
    outlines.push(outline);
    end += outline.length;
  }
  const replaced: Record<string, Buffer> = { glyf: Buffer.concat(outlines), loca: newLoca };
  return writeTables(
    font,
    tables.map((table) => ({
      tag: table.tag,
      bytes: replaced[table.tag] ?? font.subarray(table.start, table.start + table.length),
    })),
  );
}

function readTables(font: Buffer): Table[] {
  return Array.from({ length: font.readUInt16BE(4) }, (_, index) => {
    const at = 12 + 16 * index;
    return {
      tag: font.toString("latin1", at, at + 4),
      start: font.readUInt32BE(at + 8),
      length: font.readUInt32BE(at + 12),
    };
  });
}

/** The same directory with other places and lengths; nobody who subsets reads its checksums. */
function writeTables(font: Buffer, tables: readonly { tag: string; bytes: Buffer }[]): Buffer {
  const directory = Buffer.from(font.subarray(0, 12 + 16 * tables.length));
  const parts: Buffer[] = [directory];
  let end = directory.length;
  for (const [index, { bytes }] of tables.entries()) {
    directory.writeUInt32BE(end, 12 + 16 * index + 8);
    directory.writeUInt32BE(bytes.length, 12 + 16 * index + 12);
    const part = padded(bytes);
    parts.push(part);
    end += part.length;
  }
  return Buffer.concat(parts);
}

function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
