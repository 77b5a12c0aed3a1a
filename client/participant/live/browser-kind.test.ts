import { describe, expect, it } from "vitest";
import { browserKind } from "./browser-kind.ts";

const SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";

describe("the browser whose permissions are explained", () => {
  it.each([
    ["Safari on an iPhone", `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${SAFARI}`, 5, "ios_safari"],
    ["Safari on an iPad", `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`, 5, "ios_safari"],
    ["Safari on a Mac", `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`, 0, "desktop"],
    [
      "Chrome on an iPhone",
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) CriOS/141.0 ${SAFARI}`,
      5,
      "ios_other",
    ],
    ["Chrome on Android", `Mozilla/5.0 (Linux; Android 10; K) ${CHROME}`, 5, "android_chrome"],
    ["Samsung's browser", `Mozilla/5.0 (Linux; Android 10; K) SamsungBrowser/28.0 ${CHROME}`, 5, "android_other"],
    ["Firefox on Android", "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", 5, "android_other"],
    ["Chrome on Linux", `Mozilla/5.0 (X11; Linux x86_64) ${CHROME.replace("Mobile ", "")}`, 0, "desktop"],
  ])("is told apart for %s", (_name, userAgent, touchPoints, kind) => {
    expect(browserKind(userAgent, touchPoints)).toBe(kind);
  });
});
