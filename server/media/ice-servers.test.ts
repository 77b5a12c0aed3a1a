import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { iceServersFor } from "./ice-servers.ts";

it("gives credentials that name their end and are signed with the shared secret", () => {
  const [server] = iceServersFor(
    "part_1",
    { urls: ["turn:turn.example.org:3478"], secret: "s3cret" },
    { now: 1_700_000_000_000 },
  );
  expect(server?.username).toBe("1700043200:part_1");
  expect(server?.credential).toBe(createHmac("sha1", "s3cret").update("1700043200:part_1").digest("base64"));
  expect(server?.urls).toEqual(["turn:turn.example.org:3478"]);
});

it("gives none where no TURN server is configured", () => {
  expect(iceServersFor("part_1", null)).toEqual([]);
});
