import { buttonClass } from "@nexbasira/ui/button.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { FileCheck } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

/** Takes a file by dropping or choosing it. `isSmall` once there is one. */
export function DropArea({ onFile, isSmall }: { onFile: (file: File) => void; isSmall: boolean }) {
  const { t } = useTranslation("console");
  const [isOver, setOver] = useState(false);
  const id = useId();
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its keyboard way in the field within
    <div
      data-testid="drop-area"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
      className={classNames(
        "flex flex-col items-center gap-4 rounded-surface border-2 border-dashed px-4 text-center transition-colors",
        isSmall ? "py-5" : "py-12",
        isOver ? "border-accent bg-accent-soft" : "border-control bg-sunken",
      )}
    >
      {!isSmall && <FileCheck size={32} aria-hidden className="text-accent-text" />}
      <label
        htmlFor={id}
        className={classNames(buttonClass("primary", "touch"), "cursor-pointer focus-within:outline-2")}
      >
        {isSmall ? t("verify.choose_another") : t("verify.choose")}
        <input
          id={id}
          data-testid="verify-file"
          type="file"
          accept=".pdf,.zip,application/pdf,application/zip"
          className="sr-only"
          onChange={(event) => {
            take(event.target.files);
            event.target.value = "";
          }}
        />
      </label>
      <p className="text-sm text-muted">{t("verify.drop")}</p>
    </div>
  );
}
