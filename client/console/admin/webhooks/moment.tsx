import { formatDate, formatTime } from "@nexbasira/ui/format.ts";
import { useLanguage } from "@nexbasira/ui/use-language.ts";

/** A date and a time of day, with seconds where they matter. */
export function Moment({ at, seconds = false }: { at: string; seconds?: boolean }) {
  const language = useLanguage();
  return (
    <time dateTime={at} className="whitespace-nowrap">
      {formatDate(at, language)}, {formatTime(at, language, seconds)}
    </time>
  );
}
