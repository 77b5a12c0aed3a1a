import { encryptFernet, newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { expect, test } from "vitest";
import { StoredSecrets } from "./stored-secrets.ts";

test("secrets come decrypted in their order, the first time and the second", () => {
  const keys = [newFernetKey()];
  const tokens = ["whsec_new", "whsec_old"].map((secret) => encryptFernet(keys, secret));
  const stored = new StoredSecrets(keys);
  expect(stored.decrypt(tokens)).toEqual(["whsec_new", "whsec_old"]);
  expect(stored.decrypt(tokens.toReversed())).toEqual(["whsec_old", "whsec_new"]);
  expect(stored.decrypt([])).toEqual([]);
});

test("a secret that no master key opens is left out, again and again", () => {
  const keys = [newFernetKey()];
  const tokens = [encryptFernet([newFernetKey()], "whsec_lost"), encryptFernet(keys, "whsec_new")];
  const stored = new StoredSecrets(keys);
  expect(stored.decrypt(tokens)).toEqual(["whsec_new"]);
  expect(stored.decrypt(tokens)).toEqual(["whsec_new"]);
});
