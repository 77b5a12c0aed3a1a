import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateDer, certificatesPem } from "@nexbasira/core/authority/certificate.ts";
import { makeSigningKey } from "@nexbasira/core/authority/signing-key.ts";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../sdk/verify/src/index.ts";
import { findJava } from "../../tools/setup/java.mjs";
import { type Corpus, makeCorpus } from "../helpers/corpus/corpus.ts";
import { makePdf } from "../helpers/make-pdf.ts";
import { type ListOptions, trustedList } from "../helpers/trusted-list.ts";
import { runTool } from "./run-tool.ts";

/*
 * Trusted lists signed by Java's own XML signatures, and what they prove of signatures. The lists' authority is that of
 * the corpus; XA is a territory that no state has.
 */

const java = findJava()?.java;
const RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
const EC = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const MGF1 = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1";
const SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

interface Operator {
  key: KeyObject;
  certificate: pkijs.Certificate;
}

/** Where Java is not, this file's tests are left out; where CI is set they fail. */
describe.skipIf(java === undefined && process.env.CI === undefined)("a trusted list (needs Java)", () => {
  let corpus: Corpus & { close(): Promise<unknown> };
  let folder: string;
  let lists: Record<string, string>;
  let operators: Record<"scheme" | "country" | "ec", Operator>;
  let signed: Record<"signature" | "seal" | "plain" | "noDevice" | "web", Buffer>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "trusted-lists-"));
    corpus = await makeCorpus();
    const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
    operators = {
      scheme: await operator("List of lists", rsa()),
      country: await operator("Operator of XA", rsa()),
      ec: await operator("Operator with EC", generateKeyPairSync("ec", { namedCurve: "P-256" })),
    };
    lists = await signLists();
    signed = {
      signature: await signAs({ compliance: true, device: true }),
      seal: await signAs({ compliance: true, device: true, type: "0.4.0.1862.1.6.2" }),
      plain: await signAs({ compliance: false, device: true }),
      noDevice: await signAs({ compliance: true, device: false }),
      web: await signAs({ compliance: true, device: true, type: "0.4.0.1862.1.6.3" }),
    };
  }, 120_000);
  afterAll(async () => {
    await corpus?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function operator(
    name: string,
    { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  ): Promise<Operator> {
    return { key: privateKey, certificate: await certify(name, publicKey) };
  }

  async function certify(name: string, key: KeyObject, extensions: pkijs.Extension[] = []) {
    // It says that there is no revocation to ask about (RFC 9608).
    const { certificate } = await corpus.root.issueKey(name, { statements: ["2.5.29.56"] });
    return corpus.root.reissue(certificate, (copy) => {
      const spki = new Uint8Array(key.export({ format: "der", type: "spki" }));
      copy.subjectPublicKeyInfo = pkijs.PublicKeyInfo.fromBER(spki);
      copy.extensions?.push(...extensions);
    });
  }

  /** A PDF that is signed by a certificate with such statements (ETSI EN 319 412-5, clause 4.2), and stamped. */
  async function signAs(says: { compliance: boolean; device: boolean; type?: string }): Promise<Buffer> {
    const oid = (value: string) => new asn1js.ObjectIdentifier({ value });
    const sequence = (...value: asn1js.AsnType[]) => new asn1js.Sequence({ value });
    const statements = sequence(
      ...(says.compliance ? [sequence(oid("0.4.0.1862.1.1"))] : []),
      ...(says.device ? [sequence(oid("0.4.0.1862.1.4"))] : []),
      ...(says.type ? [sequence(oid("0.4.0.1862.1.6"), sequence(oid(says.type)))] : []),
    );
    const extension = new pkijs.Extension({
      extnID: "1.3.6.1.5.5.7.1.3",
      critical: false,
      extnValue: statements.toBER(),
    });
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const certificate = await certify("Qualified signer", publicKey, [extension]);
    return corpus.sign(await makePdf(), makeSigningKey(privateKey, certificate, [corpus.root.certificate]));
  }

  /** All in one run, because a Java machine takes seconds to start. */
  async function signLists(): Promise<Record<string, string>> {
    const { scheme, country, ec } = operators;
    const issuer = { type: "CA/QC", certificate: corpus.root.certificate } as const;
    const services = [
      { ...issuer, purposes: ["eSignatures", "eSeals"] },
      { type: "TSA/QTST", certificate: corpus.root.certificate },
    ] as const;
    const made: [name: string, by: Operator, method: string, options: ListOptions][] = [
      ["genuine", country, RSA, { services }],
      ["by EC", ec, EC, { services }],
      ["by PSS", country, MGF1, { services }],
      ["by SHA-1", country, SHA1, { services }],
      ["list of lists", scheme, RSA, { pointsTo: country.certificate }],
      ["expired", country, RSA, { services, nextUpdate: -0.5 }],
      ["closed", country, RSA, { services, nextUpdate: null }],
      ["of tomorrow", country, RSA, { services, issued: 1 }],
      ["from before the operator", country, RSA, { services, issued: -4000 }],
      ["withdrawn", country, RSA, { services: [{ ...issuer, status: "withdrawn" }] }],
      ["for signatures", country, RSA, { services: [{ ...issuer, purposes: ["eSignatures"] }] }],
      ["for web sites", country, RSA, { services: [{ ...issuer, purposes: ["WebSiteAuthentication"] }] }],
      ["with conditions", country, RSA, { services: [{ ...issuer, qualifier: "NotQualified" }] }],
      ["of others", country, RSA, { services: [{ ...issuer, certificate: country.certificate }] }],
    ];
    const args: string[] = [];
    for (const [index, [, by, method, options]] of made.entries()) {
      const [list, key, certificate] = ["xml", "key", "crt"].map((end) => join(folder, `${index}.${end}`));
      if (!list || !key || !certificate) continue;
      await writeFile(list, trustedList(options));
      await writeFile(key, by.key.export({ format: "der", type: "pkcs8" }));
      await writeFile(certificate, certificateDer(by.certificate));
      args.push(list, key, certificate, method);
    }
    if (!java) throw new Error("these tests need Java 11 or newer and its compiler");
    const machine = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    const program = join(import.meta.dirname, "programs", "SignList.java");
    const { code, output } = await runTool(java, [...machine, program, ...args], { cwd: folder });
    if (code !== 0) throw new Error(output);
    const texts = await Promise.all(made.map((_, index) => readFile(join(folder, `${index}.xml`), "utf8")));
    return Object.fromEntries(made.map(([name], index) => [name, texts[index] ?? ""]));
  }

  async function judge(
    file: Buffer,
    texts: readonly string[],
    signers: readonly Operator[] = [operators.country, operators.ec],
  ) {
    return verify(new Uint8Array(file), {
      trustedLists: texts,
      trustedListSigners: [certificatesPem(signers.map(({ certificate }) => certificate))],
      roots: [corpus.roots],
    });
  }
  const list = (name: string): string => lists[name] ?? "";
  const codesOf = (findings: readonly { code: string; reason: { code: string } | null }[]) =>
    findings.map(({ code, reason }) => reason?.code ?? code);

  test.each(["genuine", "by EC", "by PSS"])("counts where it is signed by whom the caller knows: %s", async (name) => {
    const { qualified } = await judge(signed.signature, [list(name)]);
    expect(codesOf(qualified.lists)).toEqual(["list_used"]);
    expect(codesOf(qualified.signature.findings)).toEqual(["qualified_signature"]);
    expect(codesOf(qualified.time.findings)).toEqual(["qualified_stamp"]);
    expect(qualified.signature.verdict).toBe("yes");
  });

  test("counts where a list of the lists that holds names its signer, and not without", async () => {
    const texts = [list("genuine"), list("list of lists")];
    const { qualified } = await judge(signed.signature, texts, [operators.scheme]);
    expect(codesOf(qualified.lists)).toEqual(["list_used", "list_used"]);
    expect(qualified.signature.verdict).toBe("yes");
    const altered = [list("genuine"), list("list of lists").replace("Příliš", "Prilis")];
    const without = await judge(signed.signature, altered, [operators.scheme]);
    expect(codesOf(without.qualified.lists)).toEqual(["list_digest", "list_signer_unknown"]);
    expect(codesOf(without.qualified.signature.findings)).toEqual(["no_lists"]);
  });

  test("vouches for who signed by itself, without any root", async () => {
    const options = { trustedLists: [list("genuine")] };
    const signers = [certificatesPem([operators.country.certificate])];
    const file = new Uint8Array(signed.signature);
    const known = await verify(file, { ...options, trustedListSigners: signers });
    expect(known.answers.identity.verdict).toBe("yes");
    const unknown = await verify(file, options);
    expect(codesOf(unknown.answers.identity.findings)).toEqual(["no_roots"]);
  });

  test.each([
    ["expired", "list_expired"],
    ["closed", "list_closed"],
    ["of tomorrow", "list_not_yet"],
    ["from before the operator", "list_signer_ended"],
    ["by SHA-1", "list_algorithm"],
  ])("says nothing: %s", async (name, reason) => {
    const { qualified } = await judge(signed.signature, [list(name)]);
    expect(codesOf(qualified.lists)).toEqual([reason]);
    expect(codesOf(qualified.signature.findings)).toEqual(["no_lists"]);
    expect(qualified.time.verdict).toBe("unknown");
  });

  test("says nothing where anything in it or in its signature was changed", async () => {
    const genuine = list("genuine");
    const unsigned = genuine.replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, "");
    const signature = /<ds:Signature [\s\S]*<\/ds:Signature>/.exec(genuine)?.[0] ?? "";
    const below = (inner: string) => genuine.replace("</tsl:TrustServiceProviderList>", `${inner}$&`);
    const changes: [string, string][] = [
      ["list_not_signed", unsigned],
      ["list_digest", genuine.replace("Svcstatus/granted", "Svcstatus/withdrawn")],
      ["list_digest", genuine.replace("urn:unused", "urn:unused").replace('b:z="', 'b:z=" ')],
      ["list_digest", below("<tsl:TrustServiceProvider/>")],
      ["list_digest", list("withdrawn").replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, signature)],
      ["list_form", genuine.replace(signature, () => signature + signature)],
      ["list_form", genuine.replace('URI="#xades"', 'URI="#signature"')],
      [
        "list_form",
        genuine.replace(
          /Algorithm="[^"]*enveloped-signature"/,
          'Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"',
        ),
      ],
      ["list_digest", genuine.replace("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")],
      ["list_signature", genuine.replace(/<ds:SignatureValue>..../, "<ds:SignatureValue>AAAA")],
      [
        "list_signature",
        genuine.replace('Id="signature"', 'Id="signature" xmlns:more="urn:x"').replace("rsa-sha512", "rsa-sha256"),
      ],
    ];
    for (const [reason, text] of changes) {
      const { qualified } = await judge(signed.signature, [text]);
      expect(codesOf(qualified.lists), `${reason}: ${text.length}`).toEqual([reason]);
      expect(qualified.signature.verdict).toBe("unknown");
    }
  });

  test.each([
    ["plain", "genuine", ["no_qc_compliance"]],
    ["noDevice", "genuine", ["no_qc_device"]],
    ["web", "genuine", ["qc_type"]],
    ["seal", "genuine", ["qualified_seal"]],
    ["seal", "for signatures", ["other_purpose"]],
    ["signature", "for web sites", ["other_purpose"]],
    ["signature", "withdrawn", ["not_granted"]],
    ["signature", "with conditions", ["service_conditions"]],
    ["signature", "of others", ["issuer_not_listed"]],
    ["plain", "withdrawn", ["not_granted", "no_qc_compliance"]],
  ] as const)("judges %s by the list %s", async (file, name, expected) => {
    const { qualified } = await judge(signed[file], [list(name)]);
    expect(codesOf(qualified.signature.findings)).toEqual(expected);
    expect(codesOf(qualified.time.findings)).toEqual([name === "genuine" ? "qualified_stamp" : "no_lists"]);
  });
});
