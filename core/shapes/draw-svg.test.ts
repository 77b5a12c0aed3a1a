import { describe, expect, test } from "vitest";
import { replayBoard } from "./board.ts";
import { drawSvg } from "./draw-svg.ts";
import type { BoardEntry } from "./operation.ts";
import type { ShapeDraft, StrokePoint } from "./shape.ts";

const base = { color: "#E5252E", width: 0.006 };
const shapes: ShapeDraft[] = [
  {
    kind: "freehand",
    id: "pen",
    ...base,
    points: [
      [0.1, 0.1, 0.2],
      [0.2, 0.3, 0.9],
      [0.4, 0.2, 0.4],
    ],
  },
  { kind: "freehand", id: "dot", ...base, points: [[0.5, 0.5]] },
  { kind: "line", id: "line", ...base, from: [0, 0], to: [1, 1] },
  { kind: "arrow", id: "arrow", ...base, from: [0.1, 0.1], to: [0.5, 0.5] },
  { kind: "arrow", id: "nowhere", ...base, from: [0.1, 0.1], to: [0.1, 0.1] },
  { kind: "rectangle", id: "rectangle", ...base, from: [0.1, 0.2], to: [0.3, 0.4] },
  { kind: "ellipse", id: "ellipse", ...base, from: [0.5, 0.2], to: [0.7, 0.4] },
  { kind: "text", id: "text", ...base, at: [0.1, 0.6], size: 0.03, text: "Riss\nTrhlina" },
  { kind: "stamp", id: "stamp", ...base, at: [0.5, 0.6], size: 0.05, stamp: "question" },
  { kind: "reference", id: "reference", ...base, from: [0, 0.9], to: [0.1, 0.9], length: 21, unit: "cm" },
  {
    kind: "measurement",
    id: "measurement",
    ...base,
    from: [0.2, 0.9],
    to: [0.2, 0.5],
    reference: { from: [0, 0.9], to: [0.1, 0.9], length: 21, unit: "cm" },
  },
];

const entriesOf = (drafts: ShapeDraft[], author = "anna"): BoardEntry[] =>
  drafts.map((shape) => ({
    author,
    at: "2026-05-23T11:42:15.123Z",
    operation: { op: "add", gesture: shape.id, shape },
  }));
const options = { width: 1_600, height: 1_000, title: "Whiteboard" };
const draw = (drafts: ShapeDraft[], more: object = {}) =>
  drawSvg(replayBoard(entriesOf(drafts)), { ...options, ...more });
const textOf = (text: string): ShapeDraft => ({ kind: "text", id: "t", ...base, at: [0, 0], size: 0.03, text });

/** Well-formed as far as our drawings go: tags closed in order, quoted attributes, nothing unescaped. */
function checkWellFormed(svg: string): void {
  const open: string[] = [];
  let rest = svg;
  const tag = /^<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/;
  const text = /^(?:[^<&]|&(?:amp|lt|gt|quot|apos);)+/;
  while (rest !== "") {
    const [found, closing, name, , alone] = tag.exec(rest) ?? [];
    if (found !== undefined && name !== undefined) {
      if (closing === "/") expect(open.pop()).toBe(name);
      else if (alone !== "/") open.push(name);
      expect(found).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)/);
    }
    const [taken = ""] = found === undefined ? (text.exec(rest) ?? []) : [found];
    expect(taken, `not well-formed at: ${rest.slice(0, 80)}`).not.toBe("");
    rest = rest.slice(taken.length);
  }
  expect(open).toEqual([]);
}

describe("a board's SVG", () => {
  test("is well-formed, has its size, and names itself", () => {
    const svg = draw(shapes, { description: "Drawn by two people", background: { color: "#ffffff" } });
    checkWellFormed(svg);
    expect(svg).toContain('width="1600" height="1000" viewBox="0 0 1600 1000" role="img"');
    expect(svg).toContain("<title>Whiteboard</title>\n<desc>Drawn by two people</desc>");
    expect(svg).toContain('<rect width="1600" height="1000" fill="#ffffff"/>');
  });

  test("holds every shape with its author and its times, from back to front", () => {
    const found = [
      ...draw(shapes).matchAll(/<g data-id="(\w+)" data-kind="(\w+)" data-author="anna" data-created-at="([^"]+)"/g),
    ];
    expect(found.map(([, id, kind, at]) => [id, kind, at])).toEqual(
      shapes.map(({ id, kind }) => [id, kind, "2026-05-23T11:42:15.123Z"]),
    );
  });

  test("has no number that is not finite and short", () => {
    const svg = draw(shapes).replaceAll(/data-[a-z-]+="[^"]*"/g, "");
    expect(svg).not.toMatch(/NaN|Infinity|undefined|\de[-+]?\d|-0[ "]/);
    expect(svg).not.toMatch(/\d\.\d{3}/);
  });

  test("is the same bytes for the same operations", () => {
    expect(draw(structuredClone(shapes))).toBe(draw(shapes));
  });

  test.each([
    ["</text><script>alert(1)</script>"],
    ['" onload="alert(1)'],
    ["a & b &amp; c < d > e ' f"],
    ["]]><!-- -->"],
    ["<?xml?>\n\tžluťoučký 🐎"],
  ])("shows the text %j as text", (text) => {
    const svg = draw([textOf(text)], { title: text, description: text, background: { href: `x?${text}` } });
    checkWellFormed(svg);
    expect(svg).not.toContain("<script");
    expect(svg.match(/<text/g)).toHaveLength(1);
  });

  test("replaces what XML cannot hold in what does not come through the border", () => {
    const svg = draw([], { title: "a\u0000b\ud800c\uffffd" });
    expect(svg).toContain("<title>a\uFFFDb\uFFFDc\uFFFDd</title>");
  });

  test("escapes an author and a picture's address", () => {
    const svg = drawSvg(replayBoard(entriesOf(shapes.slice(0, 1), 'a"<b')), {
      ...options,
      background: { href: 'data:image/png;base64,"&' },
    });
    checkWellFormed(svg);
    expect(svg).toContain('data-author="a&quot;&lt;b"');
    expect(svg).toContain('href="data:image/png;base64,&quot;&amp;"');
  });

  test("derives a length from the reference, whatever the surface's ratio, and says that it is derived", () => {
    // The reference spans a tenth of the width (160 px), the measurement two fifths of the height (400 px).
    const svg = draw(shapes.slice(-2), { words: { derived: "abgeleitet", reference: "Referenz" } });
    expect(svg).toContain(">≈ 52.5 ± 0.5 cm (abgeleitet)<");
    expect(svg).toContain(">21 cm (Referenz)<");
  });

  test("gives no length where the reference has none", () => {
    const reference = {
      from: [0.5, 0.5] as [number, number],
      to: [0.5, 0.5] as [number, number],
      length: 1,
      unit: "m" as const,
    };
    expect(draw([{ kind: "measurement", id: "m", ...base, from: [0, 0], to: [1, 0], reference }])).toContain(">?<");
  });

  test.each([
    [0, 100],
    [100, -1],
    [Number.NaN, 100],
    [100, Number.POSITIVE_INFINITY],
  ])("is refused for a size of %d by %d", (width, height) => {
    expect(() => draw([], { width, height })).toThrow(RangeError);
  });

  test("holds 5,000 strokes", () => {
    const strokes = Array.from({ length: 5_000 }, (_, index): ShapeDraft => {
      const at = (step: number): StrokePoint => [
        ((index * 7 + step) % 1_000) / 1_000,
        ((index + step * 3) % 1_000) / 1_000,
      ];
      return { kind: "freehand", id: `s${index}`, ...base, points: Array.from({ length: 20 }, (__, step) => at(step)) };
    });
    const svg = draw(strokes);
    expect(svg.match(/<path /g)).toHaveLength(5_000);
  });
});
