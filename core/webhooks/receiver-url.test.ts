import { expect, test } from "vitest";
import { AddressGuard } from "./address-guard.ts";
import { refuseReceiverUrl } from "./receiver-url.ts";

const production = { guard: new AddressGuard([]), allowHttp: false };

test.each([
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://127.1/",
  "https://127.0.0.1./",
  "https://１２７.0.0.1/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[64:ff9b::127.0.0.1]/",
  "https://[2002:7f00:1::]/",
  "https://169.254.169.254/latest/meta-data",
])("%s leads to this machine or its network, however it is written", (url) => {
  expect(refuseReceiverUrl(url, production)).toContain("not public");
});

test("plain http, other protocols and credentials are refused", () => {
  expect(refuseReceiverUrl("http://hooks.example.org/", production)).toContain("not https");
  expect(refuseReceiverUrl("http://hooks.example.org/", { ...production, allowHttp: true })).toBeUndefined();
  expect(refuseReceiverUrl("ftp://hooks.example.org/", { ...production, allowHttp: true })).toContain("not https");
  expect(refuseReceiverUrl("https://user:secret@hooks.example.org/", production)).toContain("password");
});

test.each(["https://[fe80::1%25lo]/", "https://256.0.0.1/", "https://1.2.3.4.5/", "https://a b/", "", "nothing"])(
  "%j is no address at all",
  (url) => expect(refuseReceiverUrl(url, production)).toBe("cannot be read"),
);

test("a public name or address is taken", () => {
  expect(refuseReceiverUrl("https://hooks.example.org:8443/a?b=c", production)).toBeUndefined();
  expect(refuseReceiverUrl("https://93.184.216.34/", production)).toBeUndefined();
});
