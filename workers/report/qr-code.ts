import { create } from "qrcode";
import { type Box, fillBoxes, type Sheet } from "./sheet.ts";

/**
 * Draws a QR code (ISO/IEC 18004, error correction M) as vector squares, black on the page's white; the quiet zone of
 * four modules is the caller's to leave. Throws where the text is too long for a QR code (2,331 bytes).
 */
export function drawQrCode(sheet: Sheet, text: string, x: number, y: number, side: number): void {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const unit = side / modules.size;
  const boxes: Box[] = [];
  for (let row = 0; row < modules.size; row += 1) {
    for (let start = 0; start < modules.size; ) {
      let end = start;
      while (end < modules.size && modules.get(row, end)) end += 1;
      if (end > start)
        boxes.push({ x: x + start * unit, y: y + row * unit, width: (end - start) * unit, height: unit });
      start = Math.max(end, start + 1);
    }
  }
  fillBoxes(sheet, boxes, "#000000");
}
