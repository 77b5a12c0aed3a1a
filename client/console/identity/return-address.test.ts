import { describe, expect, it } from "vitest";
import { addressAfterSignIn, addressOfSignIn } from "./return-address.ts";

const after = (to: string) => addressAfterSignIn(new URLSearchParams({ to }));

describe("the address after signing in", () => {
  it("is the one that asked for it", () => {
    const from = "/console/sessions/sess_1?status=active&reference=a b";
    const search = new URL(addressOfSignIn(from), "https://host").searchParams;
    expect(addressAfterSignIn(search)).toBe("/console/sessions/sess_1?status=active&reference=a%20b");
  });

  it("is the list of sessions when none asked", () => {
    expect(addressAfterSignIn(new URLSearchParams())).toBe("/console/sessions");
  });

  it("never leads out of this server's console", () => {
    for (const to of [
      "https://evil.example/console",
      "//evil.example/console",
      "/\\evil.example",
      "javascript:alert(1)",
      "/consolex",
      "/v1/sessions",
      "http://[",
    ]) {
      expect(after(to)).toBe("/console/sessions");
    }
  });

  it("never is the sign-in page itself", () => {
    expect(after("/console/sign-in?to=/console")).toBe("/console/sessions");
  });
});
