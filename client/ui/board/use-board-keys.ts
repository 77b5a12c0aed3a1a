import type { Shape } from "@nexbasira/core/shapes/shape.ts";
import { shiftShape } from "@nexbasira/core/shapes/shift-shape.ts";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardHand, HandContext } from "./board-hand.ts";
import { asDraft, asShape, newShapeId } from "./draft-shape.ts";
import { arrowStep, moveKeyboardDraft, startKeyboardDraft } from "./keyboard-draft.ts";
import { type Pen, type Tool, toolOfKey } from "./tools.ts";
import type { ViewControl } from "./use-board-view.ts";

/** How far an arrow key moves a zoomed board, in CSS pixels. */
const PAN_PIXELS = 80;

interface KeysContext extends HandContext {
  hand: BoardHand;
  /** What is being drawn; by the keyboard, unless the hand is busy. */
  draft: Shape | undefined;
  selected: Shape | undefined;
  view: ViewControl | undefined;
  onPen: (change: Partial<Pen>) => void;
}

/** Drawing without a pointer. A key that means something here does not reach the page around the board. */
export function useBoardKeys(context: KeysContext): {
  announcement: string;
  onKeyDown: (event: KeyboardEvent) => void;
} {
  const { t } = useTranslation();
  const [announcement, announce] = useState("");
  const name = (tool: Tool) => t(`board.${tool}`);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const action = history(event) ?? choice(event) ?? drawing(event) ?? selection(event) ?? viewing(event);
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const history = (event: KeyboardEvent): (() => void) | undefined => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || (key !== "z" && key !== "y")) return undefined;
    const redo = key === "y" || event.shiftKey;
    return () => {
      context.onOperation({ op: redo ? "redo" : "undo" });
      announce(t(redo ? "board.redone" : "board.undone"));
    };
  };

  const choice = (event: KeyboardEvent): (() => void) | undefined => {
    const tool = toolOfKey(event.nativeEvent);
    return tool === undefined
      ? undefined
      : () => {
          context.onDraft(undefined);
          context.onPen({ tool });
          announce(name(tool));
        };
  };

  const drawing = (event: KeyboardEvent): (() => void) | undefined => {
    if (context.hand.busy) return event.key === "Escape" ? () => context.hand.cancel() : undefined;
    const { draft, pen, board } = context;
    if (draft === undefined) {
      if (event.key !== "Enter") return undefined;
      const started = startKeyboardDraft(pen, board);
      if (started === undefined) return undefined;
      return () => {
        context.onSelect(undefined);
        context.onDraft(asShape(started));
        announce(t("board.placing", { tool: name(pen.tool) }));
      };
    }
    const step = arrowStep(event.key);
    if (step !== undefined)
      return () => context.onDraft(asShape(moveKeyboardDraft(asDraft(draft), step, event.shiftKey)));
    if (event.key === "Escape") return () => context.onDraft(undefined);
    return event.key === "Enter" ? () => place(draft) : undefined;
  };

  const place = (draft: Shape) => {
    context.onDraft(undefined);
    const { tool } = context.pen;
    const shape = asDraft(draft);
    if (shape.kind === "text") return context.onTextAt(shape.at);
    if (shape.kind === "line" && tool !== "line") return context.onReferenceLine(shape);
    context.onOperation({ op: "add", gesture: shape.id, shape });
  };

  const selection = (event: KeyboardEvent): (() => void) | undefined => {
    const { board, selected, author, mayRemove } = context;
    if (event.key === "PageDown" || event.key === "PageUp") {
      return () => selectNext(event.key === "PageDown" ? 1 : -1);
    }
    if (selected === undefined) return undefined;
    if (event.key === "Escape") return () => context.onSelect(undefined);
    const step = arrowStep(event.key);
    if (step !== undefined && selected.author === author) {
      const shape = shiftShape(asDraft(selected), step[0], step[1]);
      return () => context.onOperation({ op: "update", gesture: newShapeId(), shape });
    }
    const removable = mayRemove === "all" || selected.author === author;
    if ((event.key === "Delete" || event.key === "Backspace") && removable && board.shapes.has(selected.id)) {
      return () => {
        context.onOperation({ op: "remove", gesture: newShapeId(), id: selected.id });
        context.onSelect(undefined);
        announce(t("board.removed", { tool: name(selected.kind) }));
      };
    }
    return undefined;
  };

  /** Zooming by the signs, whatever key they are on; moving by the arrows, where they move nothing else. */
  const viewing = (event: KeyboardEvent): (() => void) | undefined => {
    const { view } = context;
    if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (event.key === "+" || event.key === "=") return view.zoomIn;
    if (view.scale === 1) return undefined;
    if (event.key === "-") return view.zoomOut;
    if (event.key === "Home" || event.code === "Numpad0") return view.whole;
    const step = arrowStep(event.key);
    return step && (() => view.pan(-Math.sign(step[0]) * PAN_PIXELS, -Math.sign(step[1]) * PAN_PIXELS));
  };

  const selectNext = (direction: 1 | -1) => {
    const shapes = [...context.board.shapes.values()];
    const from = shapes.findIndex((shape) => shape.id === context.selected?.id);
    const index =
      from === -1 && direction === -1 ? shapes.length - 1 : (from + direction + shapes.length) % shapes.length;
    const shape = shapes[index];
    if (shape === undefined) return;
    context.onSelect(shape.id);
    announce(t("board.selected", { tool: name(shape.kind), index: index + 1, count: shapes.length }));
  };

  return { announcement, onKeyDown };
}
