/** Numbers from a seed (mulberry32): the same ones for the same seed, from 0 to below `limit`. */
export function makeRandom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** Words that mean something to those who read PDF, ZIP, ASN.1 or JSON. */
const WORDS = [
  ...[
    "obj",
    "endobj",
    "stream",
    "endstream",
    "xref",
    "trailer",
    "startxref",
    "%%EOF",
    "<<",
    ">>",
    "[",
    "]",
    "R",
    "null",
  ],
  ...[
    "/Prev 0",
    "/XRefStm 9",
    "/Encrypt 1 0 R",
    "/Length 99999999",
    "/Filter/FlateDecode",
    "/Type/ObjStm",
    "/ByteRange",
  ],
  ...[
    "(".repeat(500),
    "[".repeat(5000),
    "<<".repeat(3000),
    "99999999999999999999",
    "-1",
    "PK\u0001\u0002",
    "PK\u0005\u0006",
  ],
  ...["\u0030\u0080", "\u0030\u0084\u00ff\u00ff\u00ff\u00ff", "{", '{"a":'.repeat(2000), "../../etc/passwd", "\u0000"],
];

/** One change somewhere in a file: bits, bytes, words, pieces moved, doubled, cut out or cut off. Never none. */
export function mutate(file: Buffer, random: (limit: number) => number): Buffer {
  for (;;) {
    const altered = mutateOnce(file, random);
    if (!altered.equals(file)) return altered;
  }
}

function mutateOnce(file: Buffer, random: (limit: number) => number): Buffer {
  const at = random(file.length);
  const length = 1 + random(random(2) === 0 ? 8 : 2000);
  const word = Buffer.from(WORDS[random(WORDS.length)] ?? "", "latin1");
  switch (random(9)) {
    case 0:
      return splice(file, at, 1, Buffer.of((file[at] ?? 0) ^ (1 << random(8))));
    case 1:
      return splice(file, at, length, Buffer.alloc(Math.min(length, file.length - at), random(256)));
    case 2:
      return splice(file, at, 0, word);
    case 3:
      return splice(file, at, word.length, word);
    case 4:
      return splice(file, at, length, Buffer.alloc(0));
    case 5:
      return splice(file, at, 0, file.subarray(random(file.length)).subarray(0, length));
    case 6:
      return Buffer.from(file.subarray(0, at));
    case 7:
      return Buffer.concat([file, word, file.subarray(at)]);
    default:
      return replaceNumber(file, random);
  }
}

/** A number of the file becomes another one. */
function replaceNumber(file: Buffer, random: (limit: number) => number): Buffer {
  const from = random(file.length);
  const found = /\d+/.exec(file.toString("latin1", from, from + 4000));
  if (!found) return splice(file, from, 1, Buffer.from("9"));
  const number =
    ["0", "1", "65536", "4294967296", String(random(file.length)), String(Number(found[0]) + 1)][random(6)] ?? "0";
  return splice(file, from + found.index, found[0].length, Buffer.from(number));
}

function splice(file: Buffer, at: number, removed: number, added: Uint8Array): Buffer {
  return Buffer.concat([file.subarray(0, at), added, file.subarray(at + removed)]);
}
