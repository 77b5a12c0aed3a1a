import { formatDuration } from "./format.ts";
import { embedPhoto, type Shown } from "./pictures.ts";
import { ensureSpace, type Report, tagged } from "./report.ts";
import type { ContactSheetTile } from "./report-model.ts";
import { type Box, clipTo, drawImage, drawText, fillBox, type Point } from "./sheet.ts";
import { COLOR, CONTENT_WIDTH, PAGE, TEXT } from "./theme.ts";

const COLUMNS = 4;
const GAP = 8;
const TILE_WIDTH = (CONTENT_WIDTH - GAP * (COLUMNS - 1)) / COLUMNS;

/** No tile is taller than this; a phone held upright gives narrow tiles instead of a page of four. */
const MOST_HEIGHT = 132;

/** Pictures of a recording in rows of four, each with its time below. */
export async function addContactSheet(report: Report, tiles: ContactSheetTile[]): Promise<void> {
  for (let start = 0; start < tiles.length; start += COLUMNS) {
    const row: { tile: ContactSheetTile; shown: Shown }[] = [];
    for (const tile of tiles.slice(start, start + COLUMNS)) {
      row.push({ tile, shown: await embedPhoto(report, tile.picture) });
    }
    const height = Math.max(...row.map(({ tile, shown }) => fitTile(tile, shown).height));
    ensureSpace(report, height + 18);
    for (const [index, { tile, shown }] of row.entries()) {
      drawTile(report, tile, shown, { x: PAGE.side + index * (TILE_WIDTH + GAP), y: report.y });
      const y = report.y + height + 2;
      tagged(report, "P", (sheet) =>
        drawText(
          sheet,
          report.faces,
          formatDuration(tile.at_ms),
          PAGE.side + index * (TILE_WIDTH + GAP),
          y,
          TEXT.label,
        ),
      );
    }
    report.y += height + 18;
  }
}

function drawTile(report: Report, tile: ContactSheetTile, shown: Shown, at: Point): void {
  const box = { ...at, ...fitTile(tile, shown) };
  const alternative = report.texts.recording.tileAlternative(formatDuration(tile.at_ms));
  tagged(
    report,
    "Figure",
    (sheet) => {
      if ("reason" in shown) fillBox(sheet, box, COLOR.surface);
      else clipTo(sheet, box, () => drawImage(sheet, shown.picture.ref, wholePicture(tile, box)));
    },
    alternative,
  );
}

function fitTile(tile: ContactSheetTile, shown: Shown): { width: number; height: number } {
  if ("reason" in shown) return { width: TILE_WIDTH, height: TILE_WIDTH * 0.5625 };
  const { columns, rows } = tile.cell ?? { columns: 1, rows: 1 };
  const [width, height] = [shown.picture.width / columns, shown.picture.height / rows];
  const scale = Math.min(TILE_WIDTH / width, MOST_HEIGHT / height);
  return { width: width * scale, height: height * scale };
}

/** Where the whole picture lies so that the tile's cell of it fills the box. */
function wholePicture(tile: ContactSheetTile, box: Box): Box {
  const { column, row, columns, rows } = tile.cell ?? { column: 0, row: 0, columns: 1, rows: 1 };
  return {
    x: box.x - column * box.width,
    y: box.y - row * box.height,
    width: box.width * columns,
    height: box.height * rows,
  };
}
