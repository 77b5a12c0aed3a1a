import { expect, test } from "vitest";
import { readVerificationOrigin, verificationLink } from "./verification-link.ts";

test("a link says which report it is from, behind the part that is sent to a server", () => {
  const link = new URL(
    verificationLink("https://inspect.example.com", { reference: "Škoda #1 & 2", auditChainHash: "ab".repeat(32) }),
  );
  expect(`${link.origin}${link.pathname}${link.search}`).toBe("https://inspect.example.com/verify");
  expect(readVerificationOrigin(link.hash)).toEqual({ reference: "Škoda #1 & 2", log: "ab".repeat(8) });
});

test.each(["", "#", "#sess_1", "#reference=A", "#reference=A&log=xyz", `#reference=&log=${"ab".repeat(8)}`])(
  "nothing is read from a link that says something else: %s",
  (fragment) => expect(readVerificationOrigin(fragment)).toBeNull(),
);
