import { expect, test } from "vitest";
import { AddressGuard } from "./address-guard.ts";

const guard = new AddressGuard([]);

test.each([
  "127.0.0.1",
  "0.0.0.0",
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "192.0.2.1",
  "::1",
  "::",
  "fe80::1",
  "fc00::1",
  "ff02::1",
  "::ffff:127.0.0.1",
  "::ffff:10.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::a00:1",
  "2002:7f00:1::",
  "2002:a00:1::",
  "::127.0.0.1",
  "::7f00:1",
  "::ffff:0:7f00:1",
  "64:ff9b:1:7f00:0:100:808:808",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "fec0::1",
  "4000::1",
  "168.63.129.16",
  "2606:2800:220:1:0:5efe:7f00:1",
  "2606:2800:220:1:200:5efe:a00:1",
  "2606:2800:220:1:0:5efe:a83f:8110",
  "not an address",
])("refuses %s", (address) => {
  expect(guard.permits(address)).toBe(false);
});

test.each([
  "93.184.216.34",
  "168.63.129.17",
  "2606:2800:220:1:248:1893:25c8:1946",
  "2606:2800:220:1:0:5efe:5db8:d822",
  "::ffff:93.184.216.34",
])("permits %s", (address) => {
  expect(guard.permits(address)).toBe(true);
});

test("permits what the operator permits, also inside IPv6", () => {
  const closedNetwork = new AddressGuard(["10.1.0.0/16", "127.0.0.0/8"]);
  expect(closedNetwork.permits("10.1.255.1")).toBe(true);
  expect(closedNetwork.permits("::ffff:10.1.0.1")).toBe(true);
  expect(closedNetwork.permits("10.2.0.1")).toBe(false);
});

test("a name that leads to this machine is refused at its lookup", async () => {
  const error = await new Promise((resolve) => guard.lookup("localhost", { all: true }, resolve));
  expect(error).toMatchObject({ code: "EADDRREFUSED" });
});
