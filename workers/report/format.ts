import type { Language } from "@nexbasira/core/contract/common.ts";

/** `2026-05-23 11:42:15 UTC`: the same in every language, so that nobody mistakes a day for a month. */
export function formatTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `11:42:15`, in UTC. */
export function formatClock(at: Date): string {
  return at.toISOString().slice(11, 19);
}

/** `2026-05-23`, in UTC. */
export function formatDate(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `4:07`, or `1:02:03` from an hour on. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** `4:07.3`, or `4:07,3`: a place in a recording to the tenth of a second, cut off. */
export function formatMoment(milliseconds: number, language: Language): string {
  const tenths = Math.floor((Math.max(0, milliseconds) % 1000) / 100) / 10;
  const decimals = numberFormat(language, { minimumFractionDigits: 1 }).format(tenths).slice(1);
  return `${formatDuration(milliseconds)}${decimals}`;
}

export function formatNumber(value: number, language: Language, decimals = 0): string {
  return numberFormat(language, { maximumFractionDigits: decimals }).format(value);
}

const formats = new Map<string, Intl.NumberFormat>();

/** Kept: to make one takes a hundred times longer than to use it. */
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language + JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, format);
  return format;
}

/** Decimal units, and the exact number of bytes, since it is part of what is proven: `3.4 MB (3,412,905 bytes)`. */
export function formatSize(bytes: number, language: Language, bytesWord: string): string {
  const exact = `${formatNumber(bytes, language)} ${bytesWord}`;
  if (bytes < 1000) return exact;
  const [divisor, unit] = bytes < 1_000_000 ? [1000, "kB"] : bytes < 1e9 ? [1_000_000, "MB"] : [1e9, "GB"];
  return `${formatNumber(bytes / divisor, language, 1)} ${unit} (${exact})`;
}

/** A hash in groups of eight, as it is read aloud and compared. */
export function groupHash(hash: string): string {
  return hash.match(/.{1,8}/g)?.join(" ") ?? "";
}

/** `50.087512, 14.421365`: degrees with six decimals, which is 11 cm. */
export function formatCoordinates(location: { latitude: number; longitude: number }): string {
  return `${location.latitude.toFixed(6)}, ${location.longitude.toFixed(6)}`;
}

/** Metres with as many digits as they deserve: `8 m`, `1.2 km`, `340 km`. */
export function formatDistance(metres: number, language: Language): string {
  if (metres < 1000) return `${formatNumber(metres, language, metres < 10 ? 1 : 0)} m`;
  return `${formatNumber(metres / 1000, language, metres < 10_000 ? 1 : 0)} km`;
}

/** Milliseconds as seconds with a sign: `+1.24 s`. */
export function formatOffset(milliseconds: number, language: Language): string {
  const seconds = milliseconds / 1000;
  return `${numberFormat(language, { maximumFractionDigits: 3, signDisplay: "exceptZero" }).format(seconds)} s`;
}
