import { publicKeyOf } from "@nexbasira/core/authority/signing-key.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { ProviderChoice } from "@nexbasira/core/contract/signing.ts";
import { type CscCredential, listCredentials, type UnusableCredential } from "@nexbasira/core/csc/csc-credentials.ts";
import { requestApplicationToken } from "@nexbasira/core/csc/csc-oauth.ts";
import { inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import {
  advanceProviderSignature,
  findProviderSignature,
  putProviderSignature,
} from "@nexbasira/core/database/provider-signatures.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type * as pkijs from "pkijs";
import { z } from "zod";
import type { OpenedLink } from "../sessions/describe-link.ts";
import { askProvider, openRequest, type ProviderContext, tellOfSignature } from "./provider-request.ts";

/** The person says who they are at the service. */
export async function chooseByLogin(context: ProviderContext, opened: OpenedLink, login: string): Promise<void> {
  const { service } = await openRequest(context, opened);
  await askProvider(context, opened.session, async () => {
    const token = await requestApplicationToken(service);
    const listed = await listCredentials(service, token, { userId: login });
    await offerCredentials(context, opened.session, listed, null);
    return null;
  });
}

/**
 * Of the person's credentials, one that can sign is taken without a question; among several they choose, and of what
 * cannot sign they see why. `secrets`: sealed, to be kept for what follows.
 */
export async function offerCredentials(
  { database, jobs }: ProviderContext,
  session: SessionRow,
  { usable, unusable }: { usable: readonly CscCredential[]; unusable: readonly UnusableCredential[] },
  secrets: string | null,
): Promise<void> {
  const isEnough = ({ qualified }: CscCredential) => qualified || session.signature_level !== "qes";
  const choices: ProviderChoice[] = [
    ...usable.filter(isEnough).map((each) => describe(each, null)),
    ...usable.filter((each) => !isEnough(each)).map((each) => describe(each, "not_qualified" as const)),
    ...unusable.map((each) => describe(each, each.why)),
  ];
  const [first, second] = choices.filter(({ problem }) => problem === null);
  await inTransaction(database, async (transaction) => {
    const put = { session_id: session.id, choices: JSON.stringify(choices), secrets };
    if (!first) {
      const problem = usable.length > 0 ? "not_qualified" : "no_credential";
      await putProviderSignature(transaction, { ...put, step: "begun", secrets: null, problem });
    } else if (second) await putProviderSignature(transaction, { ...put, step: "choosing" });
    else {
      await putProviderSignature(transaction, { ...put, step: "preparing", credential_id: first.id });
      await prepareFor(jobs, transaction, session);
    }
    await tellOfSignature(transaction, session);
  });
}

/**
 * The person takes one of what they were offered; null for another than the one that they have taken.
 * @throws {AppError} conflict where it was not offered, or the signature has gone on meanwhile.
 */
export async function chooseCredential(context: ProviderContext, opened: OpenedLink, id: string | null): Promise<void> {
  await openRequest(context, opened);
  const { session } = opened;
  await inTransaction(context.database, async (transaction) => {
    const row = await findProviderSignature(transaction, session.id);
    if (row === undefined || row.step === "authorized") throw new AppError("conflict", "There is nothing to choose.");
    const offered = z.array(ProviderChoice).parse(row.choices ?? []);
    const usable = offered.filter(({ problem }) => problem === null);
    const kept = { session_id: session.id, choices: JSON.stringify(offered), secrets: row.secrets };
    if (id === null) {
      // Who chooses already, or has but one, says anew who they are.
      if (usable.length > 1 && row.step !== "choosing")
        await putProviderSignature(transaction, { ...kept, step: "choosing" });
      else await putProviderSignature(transaction, { session_id: session.id, step: "begun" });
    } else {
      const isOffered = usable.some((choice) => choice.id === id);
      const change = { step: "preparing", credential_id: id, problem: null } as const;
      const taken = isOffered && (await advanceProviderSignature(transaction, session.id, "choosing", change));
      if (!taken) throw new AppError("conflict", "This certificate is not offered.");
      await prepareFor(context.jobs, transaction, session);
    }
    await tellOfSignature(transaction, session);
  });
}

async function prepareFor(jobs: ProviderContext["jobs"], transaction: Transaction, { id }: SessionRow): Promise<void> {
  await jobs.enqueue(transaction, "prepare-provider-signature", { session_id: id });
}

function describe(
  { id, certificate }: { id: string; certificate: pkijs.Certificate | null },
  problem: ProviderChoice["problem"],
): ProviderChoice {
  return {
    id,
    name: (certificate && commonName(certificate)) ?? id,
    valid_until: certificate && toTimestamp(certificate.notAfter.value),
    algorithm: certificate && keyOf(certificate),
    problem,
  };
}

function commonName({ subject }: pkijs.Certificate): string | null {
  return subject.typesAndValues.find(({ type }) => type === "2.5.4.3")?.value.valueBlock.value ?? null;
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384", secp521r1: "P-521" };

/** A key's kind and size, such as `RSA 3072`; null for what cannot be read. */
function keyOf(certificate: pkijs.Certificate): string | null {
  try {
    const { asymmetricKeyType = "", asymmetricKeyDetails = {} } = publicKeyOf(certificate);
    const { namedCurve, modulusLength } = asymmetricKeyDetails;
    if (namedCurve !== undefined) return `ECDSA ${CURVES[namedCurve] ?? namedCurve}`;
    return [asymmetricKeyType.toUpperCase(), modulusLength].filter((part) => part !== undefined).join(" ");
  } catch {
    // A kind that OpenSSL does not know: it is not offered, and has no name.
    return null;
  }
}
