import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

/** What is drawn by others in one go is told once, not stroke by stroke. */
const BETWEEN_MS = 2_000;

/** Tells who does not see the board what came onto it: "Arrow added". */
export function useBoardNews(board: Board, author: string): string {
  const { t } = useTranslation();
  const [news, tell] = useState("");
  const known = useRef(board.nextZ);
  const toldAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const before = known.current;
    known.current = board.nextZ;
    if (board.nextZ <= before) return;
    let newest: Shape | undefined;
    for (const shape of board.shapes.values()) newest = shape;
    if (newest === undefined || newest.z < before) return;
    const isOwn = newest.author === author;
    if (!isOwn && performance.now() - toldAt.current < BETWEEN_MS) return;
    toldAt.current = performance.now();
    tell(t(isOwn ? "board.placed" : "board.others_placed", { tool: t(`board.${newest.kind}`) }));
  }, [board, author, t]);
  return news;
}
