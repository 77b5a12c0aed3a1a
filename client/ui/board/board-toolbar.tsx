import { STAMPS, type Stamp } from "@nexbasira/core/shapes/shape.ts";
import {
  ArrowUpRight,
  Check,
  Circle,
  CircleAlert,
  CircleHelp,
  Eraser,
  type LucideIcon,
  MapPin,
  MousePointer2,
  Pencil,
  Pointer,
  Redo2,
  Ruler,
  Slash,
  Square,
  Stamp as StampIcon,
  Trash2,
  Type,
  Undo2,
  UnfoldHorizontal,
  X,
} from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../class-names.ts";
import { IconButton, type IconButtonProps } from "../icon-button.tsx";
import { COLORS, type ColorName, keyOfTool, type Pen, type Tool, WIDTHS, type WidthName } from "./tools.ts";

const TOOL_ICONS: Record<Tool, LucideIcon> = {
  select: MousePointer2,
  pointer: Pointer,
  freehand: Pencil,
  line: Slash,
  arrow: ArrowUpRight,
  rectangle: Square,
  ellipse: Circle,
  text: Type,
  stamp: StampIcon,
  reference: UnfoldHorizontal,
  measurement: Ruler,
  eraser: Eraser,
};

const STAMP_ICONS: Record<Stamp, LucideIcon> = {
  check: Check,
  cross: X,
  attention: CircleAlert,
  question: CircleHelp,
  pin: MapPin,
};

const COLOR_NAMES = Object.keys(COLORS) as ColorName[];
const WIDTH_NAMES = Object.keys(WIDTHS) as WidthName[];

export interface BoardToolbarProps {
  pen: Pen;
  onPen: (change: Partial<Pen>) => void;
  /** Which tools are offered, in this order. */
  tools: readonly Tool[];
  canUndo: boolean;
  canRedo: boolean;
  onUndo: () => void;
  onRedo: () => void;
  /** Offers to clear the drawing. */
  onClear?: { run: () => void; scope: "own" | "all" };
  /** 48 pixels for each button. */
  touch?: boolean;
  /** IconButton if not given; a page with a TooltipProvider gives ToolButton, which shows names and keys. */
  button?: ComponentType<IconButtonProps>;
  className?: string;
}

/** Tools, colours, widths, undo. It wraps where there is no room. */
export function BoardToolbar(props: BoardToolbarProps) {
  const { pen, onPen, tools, canUndo, canRedo, onUndo, onRedo, onClear, touch = false, className } = props;
  const Button = props.button ?? IconButton;
  const size = touch ? "touch" : "medium";
  const { t } = useTranslation();
  return (
    <div
      role="toolbar"
      aria-label={t("board.tools")}
      // Each group has a line at its left; at the start of a row it lies outside of what is shown.
      className={classNames("-m-1 overflow-hidden p-1", className)}
    >
      <div className="-ml-[9px] flex flex-wrap items-center gap-x-2 gap-y-1">
        <Group label={t("board.tools")}>
          {tools.map((tool) => (
            <Button
              key={tool}
              icon={tool === "stamp" && pen.tool === "stamp" ? STAMP_ICONS[pen.stamp] : TOOL_ICONS[tool]}
              label={t(`board.${tool}`)}
              shortcut={keyOfTool(tool)}
              size={size}
              pressed={pen.tool === tool}
              onClick={() => onPen({ tool })}
            />
          ))}
        </Group>
        {pen.tool === "stamp" && (
          <Group label={t("board.stamp")}>
            {STAMPS.map((stamp) => (
              <Button
                key={stamp}
                icon={STAMP_ICONS[stamp]}
                label={t(`board.stamps.${stamp}`)}
                size={size}
                pressed={pen.stamp === stamp}
                onClick={() => onPen({ stamp })}
              />
            ))}
          </Group>
        )}
        <Group label={t("board.color")}>
          {COLOR_NAMES.map((color) => (
            <Swatch
              key={color}
              label={t(`board.colors.${color}`)}
              color={COLORS[color]}
              chosen={pen.color === color}
              touch={touch}
              onChoose={() => onPen({ color })}
            />
          ))}
        </Group>
        <Group label={t("board.width")}>
          {WIDTH_NAMES.map((width) => (
            <button
              key={width}
              type="button"
              aria-label={t(`board.${width}`)}
              aria-pressed={pen.width === width}
              onClick={() => onPen({ width })}
              className={classNames(
                "inline-flex items-center justify-center rounded-control text-ink transition-colors",
                touch ? "size-12" : "size-8",
                pen.width === width ? "bg-accent-soft text-accent-text" : "hover:bg-hover",
              )}
            >
              <span aria-hidden className="rounded-full bg-current" style={DOTS[width]} />
            </button>
          ))}
        </Group>
        <Group label={t("board.undo")}>
          <Button
            icon={Undo2}
            label={t("board.undo")}
            shortcut="Control+Z"
            size={size}
            disabled={!canUndo}
            onClick={onUndo}
          />
          <Button
            icon={Redo2}
            label={t("board.redo")}
            shortcut="Control+Shift+Z"
            size={size}
            disabled={!canRedo}
            onClick={onRedo}
          />
          {onClear !== undefined && (
            <Button
              icon={Trash2}
              label={t(onClear.scope === "all" ? "board.clear_all" : "board.clear_own")}
              size={size}
              onClick={onClear.run}
            />
          )}
        </Group>
      </div>
    </div>
  );
}

const DOTS: Record<WidthName, { width: number; height: number }> = {
  thin: { width: 4, height: 4 },
  medium: { width: 8, height: 8 },
  thick: { width: 14, height: 14 },
};

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and brings a border and a legend of its own.
    <div role="group" aria-label={label} className="flex flex-wrap items-center border-l border-line pl-2">
      {children}
    </div>
  );
}

interface SwatchProps {
  label: string;
  color: string;
  chosen: boolean;
  touch: boolean;
  onChoose: () => void;
}

function Swatch({ label, color, chosen, touch, onChoose }: SwatchProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={chosen}
      onClick={onChoose}
      className={classNames(
        "inline-flex items-center justify-center rounded-control",
        touch ? "size-12" : "size-8",
        chosen ? "bg-hover" : "hover:bg-hover",
      )}
    >
      <span
        aria-hidden
        className={classNames(
          "rounded-full border border-control",
          touch ? "size-7" : "size-5",
          chosen && "outline-2 outline-offset-2 outline-accent-text",
        )}
        style={{ background: color }}
      />
    </button>
  );
}
