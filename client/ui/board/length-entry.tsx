import { type Point, UNITS } from "@nexbasira/core/shapes/shape.ts";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../button.tsx";
import { controlClass } from "../field.tsx";
import type { Unit } from "./tools.ts";
import type { SurfaceBox } from "./use-surface-box.ts";

export interface LengthEntryProps {
  /** The end of the marked line. */
  at: Point;
  /** Where the surface lies in the frame, and how large that is, in CSS pixels. */
  placed: SurfaceBox;
  frame: { width: number; height: number };
  onDone: (length: { length: number; unit: Unit } | undefined) => void;
}

const WIDTH = 272;
const HEIGHT = 128;

/** Asks how long the marked line is in truth. */
export function LengthEntry({ at, placed, frame, onDone }: LengthEntryProps) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [unit, setUnit] = useState<Unit>("cm");
  useEffect(() => field.current?.focus(), []);
  const length = Number(text.trim().replace(",", "."));
  const valid = text.trim() !== "" && length > 0 && length <= 1_000_000;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) onDone({ length, unit });
  };
  const place = (value: number, room: number) => Math.max(8, Math.min(value + 12, room - 8));
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape") onDone(undefined);
      }}
      className="absolute z-20 flex flex-col gap-2 rounded-surface border border-line bg-raised p-3 text-ink shadow-float"
      style={{
        width: WIDTH,
        left: place(placed.left + at[0] * placed.width, frame.width - WIDTH),
        top: place(placed.top + at[1] * placed.height, frame.height - HEIGHT),
      }}
    >
      <label htmlFor={id} className="text-sm font-medium">
        {t("board.length")}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          ref={field}
          inputMode="decimal"
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={controlClass(text !== "" && !valid, false)}
        />
        <select
          aria-label={t("board.unit")}
          value={unit}
          onChange={(event) => setUnit(UNITS.find((known) => known === event.target.value) ?? "cm")}
          className={`${controlClass(false, false)} max-w-20`}
        >
          {UNITS.map((known) => (
            <option key={known} value={known}>
              {known}
            </option>
          ))}
        </select>
      </div>
      <div className="flex justify-end gap-2">
        <Button size="small" variant="quiet" onClick={() => onDone(undefined)}>
          {t("cancel")}
        </Button>
        <Button size="small" variant="primary" type="submit" disabled={!valid}>
          {t("board.set")}
        </Button>
      </div>
    </form>
  );
}
