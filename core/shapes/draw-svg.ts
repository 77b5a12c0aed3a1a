import type { Board } from "./board.ts";
import { round } from "./round.ts";
import { NOT_XML, type Shape } from "./shape.ts";
import { ENGLISH_WORDS, LINE_HEIGHT, type MeasurementWords, type ShapePart, shapeParts } from "./shape-parts.ts";

export interface DrawSvgOptions {
  /** The drawing's size in pixels; the ratio should be the surface's, or shapes are stretched as it is. */
  width: number;
  height: number;
  /** The accessible name. */
  title: string;
  /** The accessible description. */
  description?: string;
  /** Behind the shapes: a colour `#rrggbb`, and a picture (address or data URI) that fills the whole surface. */
  background?: { color?: string; href?: string };
  /** How derived lengths are labelled; English if not given. */
  words?: MeasurementWords;
}

/** Once for the whole drawing. After Inter the fonts of other scripts, by which a viewer without its own rules finds them. */
const FONT = [
  "'Inter Variable', Inter",
  ...["Arabic", "Hebrew", "Devanagari", "Thai", "SC", "JP", "KR"].map((script) => `'Noto Sans ${script}'`),
  "'Noto Emoji', 'Liberation Sans', Arial, sans-serif",
].join(", ");

/**
 * Draws a board as an SVG document: well-formed XML with all text escaped, every shape with its author and its times.
 * The same board and options give the same bytes. Throws a RangeError for a size that is not positive and finite.
 */
export function drawSvg(board: Pick<Board, "shapes">, options: DrawSvgOptions): string {
  const { width, height, title, description, background, words = ENGLISH_WORDS } = options;
  if (!(width > 0 && height > 0 && Number.isFinite(width) && Number.isFinite(height))) {
    throw new RangeError(`An SVG of ${width} by ${height} pixels cannot be drawn.`);
  }
  const size = `width="${round(width)}" height="${round(height)}"`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${round(width)} ${round(height)}" role="img" font-family="${FONT}">`,
    `<title>${escapeXml(title)}</title>`,
  ];
  if (description !== undefined) lines.push(`<desc>${escapeXml(description)}</desc>`);
  if (background?.color !== undefined) lines.push(`<rect ${size} fill="${escapeXml(background.color)}"/>`);
  if (background?.href !== undefined) {
    lines.push(`<image ${size} preserveAspectRatio="none" href="${escapeXml(background.href)}"/>`);
  }
  for (const shape of board.shapes.values()) {
    lines.push(
      `<g ${shapeAttributes(shape)}>${shapeParts(shape, { width, height }, words).map(drawPart).join("")}</g>`,
    );
  }
  return `${lines.join("\n")}\n</svg>\n`;
}

function shapeAttributes(shape: Shape): string {
  return Object.entries({
    "data-id": shape.id,
    "data-kind": shape.kind,
    "data-author": shape.author,
    "data-created-at": shape.created_at,
    "data-updated-at": shape.updated_at,
  })
    .map(([name, value]) => `${name}="${escapeXml(value)}"`)
    .join(" ");
}

function drawPart(part: ShapePart): string {
  switch (part.type) {
    case "fill":
      return `<path d="${part.d}" fill="${part.color}"/>`;
    case "stroke":
      return `<path d="${part.d}" fill="none" stroke="${part.color}" stroke-width="${part.width}" stroke-linecap="round" stroke-linejoin="round"/>`;
    case "text": {
      const spans = part.lines.map((line, index) => {
        const y = round(part.y + index * part.size * LINE_HEIGHT);
        return `<tspan x="${part.x}" y="${y}">${escapeXml(line)}</tspan>`;
      });
      const halo = `stroke="${part.halo}" stroke-opacity="0.85" stroke-width="${round(part.size * 0.16)}" stroke-linejoin="round" paint-order="stroke"`;
      const anchor = part.centered ? ' text-anchor="middle"' : part.rightToLeft ? ' direction="rtl"' : "";
      const turn = part.angle === 0 ? "" : ` transform="rotate(${part.angle} ${part.x} ${part.y})"`;
      return `<text font-size="${part.size}" font-weight="600" fill="${part.color}" ${halo}${anchor}${turn} xml:space="preserve">${spans.join("")}</text>`;
    }
  }
}

const NOT_XML_ALL = new RegExp(NOT_XML, "gu");
const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text for XML content or a quoted attribute; characters that XML 1.0 cannot hold become U+FFFD. */
function escapeXml(text: string): string {
  return text.replace(NOT_XML_ALL, "\uFFFD").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
