import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { srgbProfile } from "./srgb-profile.ts";

test("the profile means what sRGB means: another program's conversion between the two changes no colour", async () => {
  const folder = await mkdtemp(join(tmpdir(), "profile-"));
  const path = join(folder, "srgb.icc");
  await writeFile(path, srgbProfile());
  const colors = Array.from({ length: 9 ** 3 }, (_, index) =>
    [index % 9, Math.floor(index / 9) % 9, Math.floor(index / 81)].map((step) => Math.min(255, step * 32)),
  ).flat();
  const raw = { width: 9 ** 3, height: 1, channels: 3 } as const;
  // libvips converts from its own sRGB into the profile.
  const converted = await sharp(Buffer.from(colors), { raw }).withIccProfile(path).raw().toBuffer();
  await rm(folder, { recursive: true });
  const off = colors.map((value, index) => Math.abs(value - (converted[index] ?? 0)));
  expect(Math.max(...off)).toBeLessThanOrEqual(1);
});

test("the profile is small, says its size, and is the same each time", () => {
  const profile = Buffer.from(srgbProfile());
  expect(profile.length).toBeLessThan(3000);
  expect(profile.readUInt32BE(0)).toBe(profile.length);
  expect(profile.toString("latin1", 36, 40)).toBe("acsp");
  expect(profile.equals(srgbProfile())).toBe(true);
});
