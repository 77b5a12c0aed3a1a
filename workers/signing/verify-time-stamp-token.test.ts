import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { expect, test, vi } from "vitest";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { Refused } from "./refused.ts";
import { verifyTimeStampToken } from "./verify-time-stamp-token.ts";

const root = await makeTestAuthority("Root");
const tsa = await issueTimeStampKey(root);
const imprint = new Uint8Array(32).fill(9);
const expected = { digestOf: () => imprint, roots: [root.certificate], policy: null };

async function makeToken(): Promise<Uint8Array<ArrayBuffer>> {
  const messageImprint = new pkijs.MessageImprint({
    hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: "2.16.840.1.101.3.4.2.1" }),
    hashedMessage: new asn1js.OctetString({ valueHex: imprint }),
  });
  const request = new pkijs.TimeStampReq({ version: 1, messageImprint, certReq: true });
  const answer = await answerTimeStampRequest(tsa, new Uint8Array(request.toSchema().toBER()));
  const { timeStampToken } = pkijs.TimeStampResp.fromBER(answer);
  return new Uint8Array(timeStampToken?.toSchema().toBER() ?? expect.fail());
}

/** Every element inside a structure, with the list it stands in. */
function listNodes(block: asn1js.BaseBlock): { siblings: asn1js.BaseBlock[]; index: number }[] {
  if (!(block instanceof asn1js.Constructed)) return [];
  const siblings: asn1js.BaseBlock[] = block.valueBlock.value;
  return siblings.flatMap((child, index) => [{ siblings, index }, ...listNodes(child)]);
}

test("a token that lacks, doubles or replaces any of its parts is refused or says the same, and is never a crash", async () => {
  const token = await makeToken();
  const { genTime, authority } = await verifyTimeStampToken(token, expected);
  const count = listNodes(asn1js.fromBER(token).result).length;
  const changes: ((siblings: asn1js.BaseBlock[], index: number) => void)[] = [
    (siblings, index) => siblings.splice(index, 1),
    (siblings, index) => siblings.splice(index, 0, ...siblings.slice(index, index + 1)),
    (siblings, index) => siblings.splice(index, 1, new asn1js.Sequence()),
  ];
  let refused = 0;
  for (const change of changes) {
    for (let number = 0; number < count; number++) {
      const { result } = asn1js.fromBER(token);
      const { siblings, index } = listNodes(result)[number] ?? expect.fail();
      change(siblings, index);
      try {
        expect(await verifyTimeStampToken(new Uint8Array(result.toBER()), expected)).toMatchObject({
          genTime,
          authority,
        });
      } catch (error) {
        expect(error).toBeInstanceOf(Refused);
        refused++;
      }
    }
  }
  expect(refused).toBeGreaterThan(count * 1.5);
});

test("a token is for nothing but what it was made over, and for nobody who does not trust its root", async () => {
  const token = await makeToken();
  await expect(verifyTimeStampToken(token, { ...expected, roots: [] })).rejects.toThrow("no path leads");
  const other = { ...expected, digestOf: () => new Uint8Array(32) };
  await expect(verifyTimeStampToken(token, other)).rejects.toThrow("its imprint is of something else");
});

test("a token stays true after its authority's certificate has ended", async () => {
  const token = await makeToken();
  vi.setSystemTime(Date.now() + 5 * 365 * 24 * 3600 * 1000);
  await expect(verifyTimeStampToken(token, expected)).resolves.toMatchObject({ authority: "CN=Test TSA, O=Test" });
  vi.useRealTimers();
});
