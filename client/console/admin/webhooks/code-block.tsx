import { classNames } from "@nexbasira/ui/class-names.ts";
import { CopyButton } from "@nexbasira/ui/copy-button.tsx";

export interface CodeBlockProps {
  /** What it is: its heading, and its name for a screen reader. */
  label: string;
  code: string;
  /** Long lines go on below instead of being scrolled to. */
  wrap?: boolean;
  "data-testid"?: string;
}

/** Code, headers or a body, word for word, to be copied. */
export function CodeBlock({ label, code, wrap = false, "data-testid": testId }: CodeBlockProps) {
  return (
    <div className="min-w-0 overflow-hidden rounded-control border border-line bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b border-line bg-base py-1.5 pr-1.5 pl-3">
        <span className="min-w-0 text-sm text-muted">{label}</span>
        <CopyButton text={code} size="small" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1) */}
      <section aria-label={label} tabIndex={0} className="max-h-80 overflow-auto p-3 focus-visible:-outline-offset-2">
        <pre
          data-testid={testId}
          className={classNames(
            "font-mono text-xs leading-relaxed text-ink [font-variant-ligatures:none]",
            wrap && "break-words whitespace-pre-wrap [overflow-wrap:anywhere]",
          )}
        >
          {code}
        </pre>
      </section>
    </div>
  );
}
