import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { lanAddresses } from "./addresses.ts";

const at = (address: string, internal = false): NetworkInterfaceInfo[] => [
  { family: "IPv4", address, internal, netmask: "255.255.255.0", mac: "00:00:00:00:00:00", cidr: `${address}/24` },
];

test("the address that a phone in the same room reaches comes first", () => {
  const interfaces = {
    lo: at("127.0.0.1", true),
    docker0: at("172.17.0.1"),
    eth1: at("10.0.0.7"),
    wlan0: at("192.168.1.20"),
    eth2: at("169.254.3.4"),
  };
  expect(lanAddresses(interfaces)).toEqual(["192.168.1.20", "10.0.0.7", "172.17.0.1"]);
});

test("a machine without a network has none", () => {
  expect(lanAddresses({ lo: at("127.0.0.1", true), down: undefined })).toEqual([]);
});
