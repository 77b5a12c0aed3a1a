import { expect, test } from "vitest";
import { newId } from "../contract/ids.ts";
import { Links } from "./links.ts";

const links = new Links({ publicUrl: "https://example.org/", phoneUrl: null, secret: "a".repeat(64) });
const others = new Links({ publicUrl: "https://example.org/", phoneUrl: null, secret: "b".repeat(64) });

test("a join token leads back to its link and no other installation's does", () => {
  const id = newId("joinLink");
  const url = links.joinUrl(id);
  expect(url.startsWith("https://example.org/s/")).toBe(true);
  const token = url.slice("https://example.org/s/".length);
  expect(links.readJoinToken(token)).toBe(id);
  expect(others.readJoinToken(token)).toBeUndefined();
});

test("a join token with any character changed leads nowhere", () => {
  const token = links.joinToken(newId("joinLink"));
  for (let position = 0; position < token.length; position++) {
    const other = token[position] === "A" ? "B" : "A";
    expect(links.readJoinToken(token.slice(0, position) + other + token.slice(position + 1))).toBeUndefined();
  }
});

test("a download link works for an hour at least and not for ever", () => {
  const file = { key: `ab/${"ab".repeat(32)}`, mediaType: "image/jpeg" };
  const now = Date.parse("2026-05-23T11:42:15Z");
  const token = links.fileUrl(file, now).split("/files/")[1] ?? "";
  expect(links.readFileToken(token, now + 3_600_000)).toMatchObject({ k: file.key, t: "image/jpeg" });
  expect(links.readFileToken(token, now + 2 * 3_600_000)).toBeUndefined();
  expect(others.readFileToken(token, now)).toBeUndefined();
});

test("garbage is no token of any kind", () => {
  for (const garbage of ["", ".", "..", "a.b.c", "%00", "é".repeat(50), "x".repeat(10_000)]) {
    expect(links.readJoinToken(garbage)).toBeUndefined();
    expect(links.readFileToken(garbage)).toBeUndefined();
    expect(links.access.open(garbage)).toBeUndefined();
  }
});

test("a join link leads to an organization's own host only while that is served for this organization", () => {
  const brandDomains = new Map([["inspect.acme.com", 1]]);
  const branded = new Links({ publicUrl: "https://example.org", phoneUrl: null, secret: "a".repeat(64), brandDomains });
  const id = newId("joinLink");
  const host = (organization: { id: number; domain: string | null }, from = branded) =>
    new URL(from.joinUrl(id, organization)).host;
  expect(host({ id: 1, domain: "inspect.acme.com" })).toBe("inspect.acme.com");
  expect(host({ id: 2, domain: "inspect.acme.com" })).toBe("example.org");
  expect(host({ id: 1, domain: "other.acme.com" })).toBe("example.org");
  expect(host({ id: 1, domain: null })).toBe("example.org");
  expect(host({ id: 1, domain: "inspect.acme.com" }, links)).toBe("example.org");
});
