/** Sizes in points (1/72 inch), colours as `#rrggbb`: the pages' light tokens, for paper. */

export const PAGE = { width: 595.28, height: 841.89, side: 48, top: 52, bottom: 70 } as const;

export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.side;

export const CONTENT_BOTTOM = PAGE.height - PAGE.bottom;

export const COLOR = {
  text: "#14181b",
  soft: "#4a545b",
  faint: "#6b767d",
  line: "#dce1e4",
  surface: "#f4f6f7",
  danger: "#b91c24",
  onDanger: "#ffffff",
  dangerSoft: "#fdeced",
  warning: "#8a5300",
  warningSoft: "#fdf3dc",
} as const;

export interface TextStyle {
  face: "regular" | "semibold" | "mono";
  size: number;
  lineHeight: number;
  color: string;
}

export const TEXT = {
  title: { face: "semibold", size: 26, lineHeight: 32, color: COLOR.text },
  heading: { face: "semibold", size: 16, lineHeight: 22, color: COLOR.text },
  subheading: { face: "semibold", size: 11, lineHeight: 16, color: COLOR.text },
  body: { face: "regular", size: 9.5, lineHeight: 14, color: COLOR.text },
  soft: { face: "regular", size: 9.5, lineHeight: 14, color: COLOR.soft },
  label: { face: "regular", size: 8, lineHeight: 11, color: COLOR.faint },
  small: { face: "regular", size: 8, lineHeight: 11, color: COLOR.soft },
  hash: { face: "mono", size: 8, lineHeight: 12, color: COLOR.text },
  tinyHash: { face: "mono", size: 5.4, lineHeight: 8, color: COLOR.soft },
  tinyLabel: { face: "regular", size: 6, lineHeight: 8, color: COLOR.faint },
} as const satisfies Record<string, TextStyle>;
