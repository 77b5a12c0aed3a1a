import { Button } from "@nexbasira/ui/button.tsx";
import { CircleAlert, ImagePlus, Trash2, Upload } from "lucide-react";
import { type ChangeEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type LogoFileProblem, readLogoFile } from "./read-logo-file.ts";

export interface LogoFieldProps {
  /** The address of the logo that is shown; null: there is none. */
  shown: string | null;
  /** A new logo as a data URL, or null to have none. */
  onChange: (logo: string | null) => void;
  /** What the server has against it. */
  error: string | undefined;
}

/** The logo on a light and on a dark ground, and the ways to change it. */
export function LogoField({ shown, onChange, error }: LogoFieldProps) {
  const { t } = useTranslation("console");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<LogoFileProblem>();
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    // The same file again, once it was mended, is a change, too.
    event.target.value = "";
    if (file === undefined) return;
    const read = await readLogoFile(file);
    setProblem(read.problem);
    if (read.problem === undefined) onChange(read.dataUrl);
  };
  const wrong = problem === undefined ? error : t(`admin.branding.logo_problems.${problem}`);
  return (
    <div className="flex flex-col gap-1.5">
      <span id={`${id}-label`} className="text-sm font-medium text-ink">
        {t("admin.branding.logo")}
      </span>
      <div className="grid grid-cols-2 gap-2">
        <Ground theme="light" src={shown} />
        <Ground theme="dark" src={shown} />
      </div>
      <input
        ref={input}
        data-testid="branding-logo"
        type="file"
        accept="image/png,image/svg+xml,.png,.svg"
        aria-labelledby={`${id}-label`}
        tabIndex={-1}
        onChange={(event) => void choose(event)}
        className="sr-only"
      />
      <div className="flex flex-wrap gap-2 pt-1">
        <Button
          size="small"
          icon={Upload}
          data-invalid={wrong !== undefined || undefined}
          aria-describedby={wrong === undefined ? `${id}-hint` : `${id}-error ${id}-hint`}
          onClick={() => input.current?.click()}
        >
          {t("admin.branding.logo_choose")}
        </Button>
        {shown !== null && (
          <Button
            size="small"
            variant="quiet"
            icon={Trash2}
            onClick={() => {
              setProblem(undefined);
              onChange(null);
            }}
          >
            {t("admin.branding.logo_remove")}
          </Button>
        )}
      </div>
      {wrong !== undefined && (
        <p id={`${id}-error`} role="alert" className="flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0 break-words">{wrong}</span>
        </p>
      )}
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t("admin.branding.logo_hint")}
      </p>
    </div>
  );
}

function Ground({ theme, src }: { theme: "light" | "dark"; src: string | null }) {
  const { t } = useTranslation("console");
  return (
    <div
      data-theme={theme}
      className="flex h-20 items-center justify-center rounded-control border border-line bg-base p-3"
    >
      {src === null ? (
        <ImagePlus size={24} aria-hidden className="text-subtle" />
      ) : (
        <img src={src} alt={t(`admin.branding.logo_on_${theme}`)} className="h-8 max-w-40 min-w-0 object-contain" />
      )}
    </div>
  );
}
