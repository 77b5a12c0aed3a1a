export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "nexbasira.theme";

/** The theme chosen on this device; "system" follows the device. */
export function storedTheme(): Theme {
  const stored = readStored(KEY);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

export function applyStoredTheme(): void {
  showTheme(storedTheme());
}

/** Shows a theme and remembers it on this device. */
export function chooseTheme(theme: Theme): void {
  showTheme(theme);
  writeStored(KEY, theme);
}

function showTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Local storage, or nothing where the browser refuses it (private windows, blocked cookies). */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A choice that cannot be kept is made again on the next visit.
  }
}
