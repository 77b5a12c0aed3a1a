import type { Sandbox } from "@nexbasira/core/contract/sandbox.ts";
import { formatDate } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import { CircleCheck } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { NextSteps } from "./next-steps.tsx";
import { SecretBox } from "./secret-box.tsx";
import { TerminalCommand } from "./terminal-command.tsx";

/**
 * A new sandbox with all that can be read this once. It stays whatever is clicked: its links open tabs of their own, and
 * the browser asks before it leaves as long as the key was not copied.
 */
export function SandboxReady({ sandbox }: { sandbox: Sandbox }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isKept, setKept] = useState(false);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, []);
  useEffect(() => {
    if (isKept) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isKept]);
  const date = formatDate(sandbox.expires_at, language);
  return (
    <section className="mx-auto flex w-full max-w-6xl flex-1 animate-rise flex-col gap-8 px-4 pt-4 pb-12 sm:px-6 lg:pt-8">
      <div className="flex flex-col gap-2">
        <CircleCheck size={32} aria-hidden className="mb-1 text-accent-text" />
        <h1
          ref={heading}
          tabIndex={-1}
          data-testid="sandbox-ready"
          className="text-xl font-semibold outline-none sm:text-2xl"
        >
          {t("landing.sandbox.ready")}
        </h1>
        <p className="max-w-2xl text-base text-muted">
          {t("landing.sandbox.ready_text", { organization: sandbox.organization.name })}
        </p>
      </div>
      <ol className="grid grid-cols-1 gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Step number={1} title={t("landing.sandbox.key")} text={t("landing.sandbox.key_text", { date })}>
          <div className="grid gap-x-2 gap-y-2 sm:grid-cols-[minmax(0,1fr)_auto]">
            <SecretBox
              name="key"
              label={t("landing.sandbox.key_label")}
              value={sandbox.api_key}
              copy={t("landing.sandbox.key_copy")}
              onCopied={() => setKept(true)}
            />
            <SecretBox
              name="webhook-secret"
              label={t("landing.sandbox.secret_label")}
              value={sandbox.webhook_secret}
              copy={t("landing.sandbox.secret_copy")}
            />
          </div>
        </Step>
        <Step number={2} title={t("landing.sandbox.run")} text={t("landing.sandbox.run_text")}>
          <TerminalCommand command={sandbox.example} />
        </Step>
        <Step
          number={3}
          title={t("landing.sandbox.next")}
          text={t("landing.sandbox.next_text")}
          className="lg:col-start-2 lg:row-span-2 lg:row-start-1"
        >
          <NextSteps />
        </Step>
      </ol>
    </section>
  );
}

interface StepProps {
  number: number;
  title: string;
  text: string;
  className?: string;
  children: ReactNode;
}

function Step({ number, title, text, className, children }: StepProps) {
  return (
    <li className={`flex min-w-0 flex-col gap-4 ${className ?? ""}`}>
      <div className="flex gap-3">
        <span
          aria-hidden
          data-figures
          className="inline-flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-sm font-semibold text-accent-text"
        >
          {number}
        </span>
        <div className="flex min-w-0 flex-col gap-1">
          <h2 className="text-lg font-semibold">{title}</h2>
          <p className="text-sm text-muted">{text}</p>
        </div>
      </div>
      {children}
    </li>
  );
}
