import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, type ButtonSize } from "./button.tsx";
import { copyText } from "./copy-text.ts";

export interface CopyButtonProps {
  text: string;
  /** "Copy" if not given. */
  label?: string;
  size?: ButtonSize;
  onCopied?: () => void;
}

/** Copies a text and says so for two seconds, or says that the browser does not allow it. */
export function CopyButton({ text, label, size = "medium", onCopied }: CopyButtonProps) {
  const { t } = useTranslation();
  const [result, setResult] = useState<"copied" | "refused">();
  useEffect(() => {
    if (result === undefined) return;
    const timer = setTimeout(() => setResult(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = async () => {
    const copied = await copyText(text);
    setResult(copied ? "copied" : "refused");
    if (copied) onCopied?.();
  };
  return (
    <Button size={size} icon={result === "copied" ? Check : Copy} onClick={() => void copy()}>
      <span aria-live="polite">{result === undefined ? (label ?? t("copy")) : t(result)}</span>
    </Button>
  );
}
