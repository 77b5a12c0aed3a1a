import { classNames } from "@nexbasira/ui/class-names.ts";

interface Segment<Value extends string> {
  value: Value;
  label: string;
}

export interface SegmentsProps<Value extends string> {
  /** What is chosen, for a screen reader. */
  label: string;
  segments: readonly Segment<Value>[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of two or three views of the same thing. */
export function Segments<Value extends string>({ label, segments, value, onChange }: SegmentsProps<Value>) {
  return (
    <fieldset className="flex w-fit gap-1 rounded-control bg-hover p-1">
      <legend className="sr-only">{label}</legend>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          aria-pressed={segment.value === value}
          onClick={() => onChange(segment.value)}
          className={classNames(
            "h-7 rounded-small px-3 text-sm font-medium transition-colors",
            segment.value === value ? "bg-base text-ink ring-1 ring-line" : "text-muted hover:text-ink",
          )}
        >
          {segment.label}
        </button>
      ))}
    </fieldset>
  );
}
