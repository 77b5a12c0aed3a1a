import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "./class-names.ts";
import { copyText } from "./copy-text.ts";

export interface HashProps {
  /** Hexadecimal. */
  value: string;
  /** "SHA-256" if not given. */
  algorithm?: string;
  /** Only the first and the last eight characters are shown; the whole value is copied. */
  short?: boolean;
  className?: string;
}

/** A hash in groups of four, copied on a click. */
export function Hash({ value, algorithm = "SHA-256", short = false, className }: HashProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  const groups = (text: string) => text.match(/.{1,4}/g) ?? [];
  const shown =
    short && value.length > 16 ? [...groups(value.slice(0, 8)), "…", ...groups(value.slice(-8))] : groups(value);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copyText(value).then(setCopied)}
      aria-label={t("hash.copy", { algorithm, value: shown.join("") })}
      className={classNames(
        "group inline-flex max-w-full items-start gap-2 rounded-small text-left font-mono text-xs text-muted hover:text-ink",
        className,
      )}
    >
      <span className="flex flex-wrap gap-x-[0.6ch]">
        {shown.map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </span>
      <Icon
        size={14}
        aria-hidden
        className={classNames("mt-px shrink-0", copied ? "text-success-text" : "text-subtle")}
      />
      <span role="status" className="sr-only">
        {copied ? t("copied") : ""}
      </span>
    </button>
  );
}
