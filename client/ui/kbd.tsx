const SIGNS: Record<string, string> = {
  Control: "Ctrl",
  Shift: "⇧",
  Alt: "Alt",
  Meta: "⌘",
  Space: "␣",
  Delete: "Del",
  Escape: "Esc",
  Enter: "↵",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
};

/** A key or keys held together, written as in `aria-keyshortcuts`: "F", "Control+Z". */
export function Kbd({ shortcut }: { shortcut: string }) {
  return (
    <kbd className="inline-flex gap-0.5 font-sans">
      {shortcut.split("+").map((key) => (
        <span
          key={key}
          className="inline-flex h-5 min-w-5 items-center justify-center rounded-small border border-line bg-sunken px-1 text-xs font-medium text-muted"
        >
          {SIGNS[key] ?? key}
        </span>
      ))}
    </kbd>
  );
}
