import { CopyButton } from "@nexbasira/ui/copy-button.tsx";
import { SquareTerminal } from "lucide-react";
import { useTranslation } from "react-i18next";

/** A command as it stands in a terminal, word for word. */
export function TerminalCommand({ command }: { command: string }) {
  const { t } = useTranslation("console");
  return (
    <div data-theme="dark" className="overflow-hidden rounded-surface border border-line bg-sunken">
      <div className="flex items-center justify-between gap-3 border-b border-line bg-base py-2 pr-2 pl-4">
        <span className="inline-flex items-center gap-2 text-sm text-muted">
          <SquareTerminal size={16} aria-hidden />
          {t("landing.sandbox.terminal")}
        </span>
        <CopyButton text={command} label={t("landing.sandbox.command_copy")} size="small" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1) */}
      <section aria-label={t("landing.sandbox.command")} tabIndex={0} className="overflow-x-auto p-4">
        <pre
          data-testid="sandbox-command"
          className="font-mono text-xs leading-relaxed text-ink [font-variant-ligatures:none] sm:text-sm"
        >
          {command}
        </pre>
      </section>
    </div>
  );
}
