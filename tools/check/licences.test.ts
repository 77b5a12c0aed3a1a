import { expect, test } from "vitest";
import { licenceFault } from "./licences.ts";

test.each(["MIT", "(MIT OR GPL-3.0)", "(MIT AND Zlib)", "GPL-2.0 OR MIT AND ISC"])("%s is permitted", (licence) => {
  expect(licenceFault("some-package@1.0.0", licence)).toEqual([]);
});

test.each(["GPL-3.0-only", "AGPL-3.0", "MIT AND GPL-3.0", "UNKNOWN", "none", "MIT*"])(
  "%s is not permitted",
  (licence) => {
    expect(licenceFault("some-package@1.0.0", licence)).toEqual([
      `some-package@1.0.0 is under ${licence}, which is not among the permitted licences.`,
    ]);
  },
);

test("a package that is excepted by name is permitted under that licence alone", () => {
  expect(licenceFault("@img/sharp-libvips-linux-x64@1.3.4", "LGPL-3.0-or-later")).toEqual([]);
  expect(licenceFault("@img/sharp-libvips-linux-x64@1.3.4", "AGPL-3.0")).not.toEqual([]);
  expect(licenceFault("other@1.0.0", "LGPL-3.0-or-later")).not.toEqual([]);
});
