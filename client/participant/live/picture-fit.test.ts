import { describe, expect, it } from "vitest";
import { pictureFit } from "./picture-fit.ts";

describe("the live picture", () => {
  it("fills a phone that is held as its camera sees", () => {
    expect(pictureFit({ width: 360, height: 740 }, { width: 720, height: 1280 })).toBe("cover");
  });

  it("is shown whole where filling would cut off more than a quarter", () => {
    expect(pictureFit({ width: 360, height: 740 }, { width: 1280, height: 720 })).toBe("contain");
    expect(pictureFit({ width: 1440, height: 900 }, { width: 720, height: 1280 })).toBe("contain");
  });

  it("fills a screen of nearly its own shape, whichever of the two is wider", () => {
    expect(pictureFit({ width: 1440, height: 900 }, { width: 1280, height: 720 })).toBe("cover");
    expect(pictureFit({ width: 1280, height: 720 }, { width: 1440, height: 900 })).toBe("cover");
  });
});
