/** D50, and sRGB's primaries and white adapted to it by the Bradford transform (IEC 61966-2-1; ICC.1:2001-04, annex E). */
const D50 = [0.9642, 1, 0.8249];
const PRIMARIES = {
  rXYZ: [0.436_066, 0.222_488, 0.013_916],
  gXYZ: [0.385_147, 0.716_873, 0.097_076],
  bXYZ: [0.143_066, 0.060_608, 0.714_096],
};
const CURVE_POINTS = 1024;
const HEADER_BYTES = 128;

/**
 * The sRGB colour space as an ICC profile of version 2.1 (ICC.1:2001-04), about 2.6 kB: written from the standard's
 * numbers, so that it is nobody's but ours. Says what the colours of the document mean (ISO 19005-3, 6.2.3).
 */
export function srgbProfile(): Uint8Array {
  const curve = toneCurve();
  const tags: [string, Buffer][] = [
    ["desc", description("sRGB IEC61966-2.1")],
    ["cprt", Buffer.concat([typed("text"), Buffer.from("Public domain\0")])],
    ["wtpt", coordinates(D50)],
    ...Object.entries(PRIMARIES).map(([name, values]): [string, Buffer] => [name, coordinates(values)]),
    ...["rTRC", "gTRC", "bTRC"].map((name): [string, Buffer] => [name, curve]),
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const places = new Map<Buffer, number>();
  const parts: Buffer[] = [];
  let end = HEADER_BYTES + table.length;
  for (const [index, [name, bytes]] of tags.entries()) {
    const place = places.get(bytes) ?? end;
    if (place === end) {
      // Each begins at a multiple of four bytes.
      const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
      places.set(bytes, place);
      parts.push(padded);
      end += padded.length;
    }
    table.write(name, 4 + 12 * index, "latin1");
    table.writeUInt32BE(place, 8 + 12 * index);
    table.writeUInt32BE(bytes.length, 12 + 12 * index);
  }
  return Buffer.concat([header(end), table, ...parts]);
}

/** ICC.1:2001-04, 6.1: a display's profile from RGB to XYZ. */
function header(size: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(0x02_10_00_00, 8);
  bytes.write("mntrRGB XYZ ", 12, "latin1");
  // A date is asked for: the year and the first day of the standard's.
  for (const [index, value] of [1999, 1, 1].entries()) bytes.writeUInt16BE(value, 24 + 2 * index);
  bytes.write("acsp", 36, "latin1");
  writeFixed(bytes, D50, 68);
  return bytes;
}

/** IEC 61966-2-1, 5.2, as a table (ICC.1:2001-04, 6.5.3). */
function toneCurve(): Buffer {
  const bytes = Buffer.alloc(12 + 2 * CURVE_POINTS);
  typed("curv").copy(bytes);
  bytes.writeUInt32BE(CURVE_POINTS, 8);
  for (let index = 0; index < CURVE_POINTS; index += 1) {
    const value = index / (CURVE_POINTS - 1);
    const linear = value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    bytes.writeUInt16BE(Math.round(linear * 65_535), 12 + 2 * index);
  }
  return bytes;
}

/** ICC.1:2001-04, 6.5.17: the name in ASCII, and none in the two other encodings. */
function description(name: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length + 1);
  const noOthers = 4 + 4 + 2 + 1 + 67;
  return Buffer.concat([typed("desc"), length, Buffer.from(`${name}\0`), Buffer.alloc(noOthers)]);
}

function coordinates(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(20);
  typed("XYZ ").copy(bytes);
  writeFixed(bytes, values, 8);
  return bytes;
}

function typed(type: string): Buffer {
  return Buffer.concat([Buffer.from(type, "latin1"), Buffer.alloc(4)]);
}

/** Numbers in 16.16 fixed point. */
function writeFixed(bytes: Buffer, values: readonly number[], at: number): void {
  for (const [index, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 65_536), at + 4 * index);
}
