/** Browsers whose permissions are in different places. */
export type BrowserKind = "ios_safari" | "ios_other" | "android_chrome" | "android_other" | "desktop";

/** An iPad says it is a Mac; only its touch screen tells it from one. */
export function browserKind(userAgent: string, maxTouchPoints: number): BrowserKind {
  const ios = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
  if (ios) return /CriOS|FxiOS|EdgiOS|OPiOS|GSA\//.test(userAgent) ? "ios_other" : "ios_safari";
  if (!/Android/.test(userAgent)) return "desktop";
  return /Chrome\//.test(userAgent) && !/SamsungBrowser|OPR\/|EdgA|; wv\)/.test(userAgent)
    ? "android_chrome"
    : "android_other";
}
