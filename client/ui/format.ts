/** Dates, times, numbers and sizes in the page's language. Formatters are kept: making one costs far more than using it. */
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>();

function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d ${language} ${JSON.stringify(options)}`;
  const kept = made.get(key);
  if (kept instanceof Intl.DateTimeFormat) return kept;
  const format = new Intl.DateTimeFormat(language, options);
  made.set(key, format);
  return format;
}

function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n ${language} ${JSON.stringify(options)}`;
  const kept = made.get(key);
  if (kept instanceof Intl.NumberFormat) return kept;
  const format = new Intl.NumberFormat(language, options);
  made.set(key, format);
  return format;
}

type Instant = Date | string | number;

/** "23 May 2026" in the device's time zone. */
export function formatDate(instant: Instant, language: string): string {
  return dateFormat(language, { dateStyle: "medium" }).format(new Date(instant));
}

/** "11:42", with seconds where they matter. */
export function formatTime(instant: Instant, language: string, seconds = false): string {
  return dateFormat(language, { timeStyle: seconds ? "medium" : "short" }).format(new Date(instant));
}

/** "23 May 2026, 11:42:15 CEST": exact, with the zone, for evidence. */
export function formatExactTime(instant: Instant, language: string): string {
  return dateFormat(language, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(new Date(instant));
}

/** A number with the language's separators; at most the given decimals. */
export function formatNumber(value: number, language: string, decimals = 0): string {
  return numberFormat(language, { maximumFractionDigits: decimals }).format(value);
}

/** A ratio from 0 to 1 as a percentage. */
export function formatPercent(ratio: number, language: string): string {
  return numberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(ratio);
}

const SIZE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A file's size in decimal units (1 kB is 1,000 bytes), with one decimal under ten. */
export function formatSize(bytes: number, language: string): string {
  let value = bytes;
  let step = 0;
  while (value >= 999.5 && step < SIZE_UNITS.length - 1) {
    value /= 1_000;
    step += 1;
  }
  const maximumFractionDigits = step > 0 && value < 9.95 ? 1 : 0;
  const unit = SIZE_UNITS[step] ?? "byte";
  return numberFormat(language, {
    style: "unit",
    unit,
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits,
  }).format(value);
}

/** "4:07", "1:02:09": a length of time, the same in every language. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Latitude and longitude in degrees with five decimals, about a metre. */
export function formatPosition(position: { latitude: number; longitude: number }, language: string): string {
  const degrees = (value: number): string =>
    numberFormat(language, { minimumFractionDigits: 5, maximumFractionDigits: 5 }).format(value);
  return `${degrees(position.latitude)}° ${degrees(position.longitude)}°`;
}
