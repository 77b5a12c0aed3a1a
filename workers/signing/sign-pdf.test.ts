import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFNumber, type PDFObject, PDFString } from "pdf-lib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makePdf } from "../../test/helpers/make-pdf.ts";
import { issueTimeStampKey, makeTestAuthority } from "../../test/helpers/test-authority.ts";
import { honest, startTimeStampServer, type TimeStampServer } from "../../test/helpers/time-stamp-server.ts";
import { pdfInMemory, readPdf } from "./pdf-source.ts";
import { type SignPdfOptions, signPdf } from "./sign-pdf.ts";
import type { TimeStampSource } from "./time-stamp-client.ts";

const root = await makeTestAuthority("Root");
const key = await root.issueKey("Signer");
const tsa = await issueTimeStampKey(root);
const signedAt = new Date("2026-02-03T04:05:06Z");
const field = { name: "Žižkov (s. r. o.", reason: "Sealed \\ complete", location: "Praha", contactInfo: null };

let server: TimeStampServer;
beforeAll(async () => {
  server = await startTimeStampServer(honest(tsa));
});
afterAll(() => server.close());

function source(url: string): TimeStampSource {
  return { url, roots: [root.certificate], policy: null, name: "test", qualified: false };
}

async function sign(pdf: Uint8Array, changes: Partial<SignPdfOptions> = {}) {
  const options = { pdf: pdfInMemory(pdf), key, timeStamps: [source(server.url)], field, signedAt, ...changes };
  const signed = await signPdf(options);
  return { ...signed, pdf: readPdf(signed.pdf) };
}

/** What pdf-lib, which read the whole file, finds as the form's signature fields. */
async function readFields(pdf: Uint8Array) {
  const document = await PDFDocument.load(pdf);
  const form = document.catalog.lookup(PDFName.of("AcroForm"), PDFDict);
  const fields = form.lookup(PDFName.of("Fields"), PDFArray);
  const widgets = Array.from({ length: fields.size() }, (_, index) => fields.lookup(index, PDFDict));
  const signed = widgets.filter((each) => each.get(PDFName.of("FT")) === PDFName.of("Sig"));
  return { document, form, widgets, signatures: signed.map((each) => each.lookup(PDFName.of("V"), PDFDict)) };
}

function text(value: PDFObject | undefined): string | undefined {
  return value instanceof PDFHexString || value instanceof PDFString ? value.decodeText() : value?.toString();
}

describe("a signed PDF", () => {
  test("reaches B-T and names the authority and its time", async () => {
    const before = Date.now();
    const signed = await sign(await makePdf());
    expect(signed.baseline).toBe("B-T");
    expect(signed.timeStampAuthority).toBe("CN=Test TSA, O=Test");
    expect(signed.signedAt.getTime()).toBeGreaterThan(before - 1000);
  });

  test("is B-B with the claimed time where no authority is configured", async () => {
    const { baseline, signedAt: at, timeStampAuthority } = await sign(await makePdf(), { timeStamps: [] });
    expect({ baseline, at, timeStampAuthority }).toEqual({ baseline: "B-B", at: signedAt, timeStampAuthority: null });
  });

  test("begins with the bytes of the original, which itself is not touched", async () => {
    const pdf = await makePdf();
    const copy = Uint8Array.from(pdf);
    const signed = await sign(pdf);
    expect(pdf).toEqual(copy);
    expect(Buffer.from(signed.pdf).subarray(0, pdf.length).equals(pdf)).toBe(true);
  });

  test("has the signature dictionary that PAdES asks for, with any name's letters whole", async () => {
    const { signatures } = await readFields((await sign(await makePdf())).pdf);
    const entries = Object.fromEntries(
      signatures[0]?.entries().map(([name, value]) => [name.decodeText(), value]) ?? [],
    );
    expect(Object.keys(entries).sort()).toEqual(
      ["ByteRange", "Contents", "Filter", "Location", "M", "Name", "Reason", "SubFilter", "Type"].sort(),
    );
    expect(text(entries.SubFilter)).toBe("/ETSI.CAdES.detached");
    expect(text(entries.Name)).toBe(field.name);
    expect(text(entries.Reason)).toBe(field.reason);
    expect(text(entries.M)).toBe("D:20260203040506Z");
  });

  test("has an invisible field that is locked, printed, drawn, and never needs drawing again", async () => {
    const { document, form, widgets } = await readFields((await sign(await makePdf())).pdf);
    const widget = widgets[0] ?? expect.fail();
    expect(form.lookup(PDFName.of("SigFlags"), PDFNumber).asNumber()).toBe(3);
    expect(form.has(PDFName.of("NeedAppearances"))).toBe(false);
    expect(widget.lookup(PDFName.of("Rect"), PDFArray).toString()).toBe("[ 0 0 0 0 ]");
    expect(widget.lookup(PDFName.of("F"), PDFNumber).asNumber()).toBe(132);
    expect(widget.lookup(PDFName.of("AP"), PDFDict).has(PDFName.of("N"))).toBe(true);
    expect(document.getPage(0).node.Annots()?.lookup(0)).toBe(widget);
  });

  test("keeps the form and the annotations that were there", async () => {
    const pdf = await makePdf((document) => {
      document.getForm().createTextField("Signature1").addToPage(document.getPage(0));
    });
    const { document, widgets, signatures } = await readFields((await sign(pdf)).pdf);
    expect(widgets.map((each) => text(each.get(PDFName.of("T"))))).toEqual(["Signature1", "Signature2"]);
    expect(signatures).toHaveLength(1);
    expect(document.getPage(0).node.Annots()?.size()).toBe(2);
  });

  test("can be signed again, the first signature staying as it was", async () => {
    const first = (await sign(await makePdf())).pdf;
    const second = (await sign(first)).pdf;
    const { signatures, widgets } = await readFields(second);
    expect(signatures).toHaveLength(2);
    expect(widgets.map((each) => text(each.get(PDFName.of("T"))))).toEqual(["Signature1", "Signature2"]);
    expect(Buffer.from(second).subarray(0, first.length).equals(first)).toBe(true);
  });

  test("is not confused by a picture that holds the words of a signature's place", async () => {
    const pdf = await makePdf((document) => {
      const marker = `/ByteRange [ 0 /********** /********** /********** ]/Contents <${"0".repeat(64)}>`;
      document.context.register(document.context.stream(marker));
    });
    expect((await sign(pdf)).baseline).toBe("B-T");
  });

  test("keeps the file's first identifier and changes the second", async () => {
    const id = PDFHexString.of("00112233445566778899AABBCCDDEEFF");
    const pdf = await makePdf((document) => {
      document.context.trailerInfo.ID = document.context.obj([id, id]);
    });
    const { document } = await readFields((await sign(pdf)).pdf);
    const identifiers = document.context.lookup(document.context.trailerInfo.ID, PDFArray);
    expect(identifiers.lookup(0, PDFHexString).asString()).toBe(id.asString());
    expect(identifiers.lookup(1, PDFHexString).asString()).toMatch(/^(?!00112233)[0-9A-F]{32}$/);
  });
});

test("a signature that does not fit into its place is made again with more room", async () => {
  const ballast = await Promise.all(
    Array.from({ length: 80 }, async (_, index) => (await root.issueKey(`Ballast ${index}`)).certificate),
  );
  let requests = 0;
  const large = await issueTimeStampKey(root, { ballast });
  const other = await startTimeStampServer((request, response) => {
    requests++;
    return honest(large)(request, response);
  });
  const timeStamps = [source(other.url)];
  const signed = await sign(await makePdf(), { timeStamps });
  await other.close();
  expect(signed.baseline).toBe("B-T");
  expect(requests).toBe(2);
});

describe("nothing is signed", () => {
  test("while the certificate is not valid", async () => {
    const expired = await root.issueKey("Expired", { validFrom: -9, validUntil: -1 });
    const signing = sign(await makePdf(), { key: expired });
    await expect(signing).rejects.toBeInstanceOf(Retryable);
    await expect(signing).rejects.toThrow(/^The certificate of CN=Expired, O=Test is valid from .* not now$/);
  });

  test("by a key that does not belong to its certificate", async () => {
    const other = await root.issueKey("Other");
    const signing = sign(await makePdf(), { key: { ...key, sign: other.sign } });
    await expect(signing).rejects.toBeInstanceOf(Permanent);
    await expect(signing).rejects.toThrow("does not hold: its signature was not made by the key of CN=Signer, O=Test");
  });

  test("whose time stamp is from after the certificate's end", async () => {
    const ending = await root.issueKey("Ending", { validUntil: 2 / (24 * 60) });
    const ahead = await startTimeStampServer(async (request, response) => {
      vi.setSystemTime(Date.now() + 4 * 60_000);
      await honest(tsa)(request, response);
      vi.useRealTimers();
    });
    const timeStamps = [source(ahead.url)];
    const signing = sign(await makePdf(), { key: ending, timeStamps });
    await expect(signing).rejects.toThrow("when the signer's certificate was not valid");
    await ahead.close();
  });

  test.each([
    ["bytes that are no PDF", async () => Buffer.from("not a PDF"), "does not end with startxref"],
    ["an empty file", async () => new Uint8Array(), "does not end with startxref"],
    ["a PDF cut short", async () => (await makePdf()).subarray(0, -100), "does not end with startxref"],
    [
      "a PDF with cross-reference streams",
      async () => (await PDFDocument.load(await makePdf())).save({ useObjectStreams: true }),
      "cross-reference streams are not read",
    ],
    [
      "a PDF whose table points nowhere",
      async () =>
        Buffer.from(
          Buffer.from(await makePdf())
            .toString("latin1")
            .replace(/startxref\n\d+/, "startxref\n9"),
          "latin1",
        ),
      "no cross-reference table",
    ],
    [
      "a PDF whose objects are elsewhere",
      async () =>
        Buffer.from(
          Buffer.from(await makePdf())
            .toString("latin1")
            .replace("%PDF-1.7\n", "%PDF-1.7\n\n"),
          "latin1",
        ),
      "no cross-reference table",
    ],
    [
      "an encrypted PDF",
      () =>
        makePdf((document) => {
          document.context.trailerInfo.Encrypt = document.context.obj({});
        }),
      "is encrypted",
    ],
  ])("for good in %s", async (_name, makeInput, message) => {
    const signing = sign(await makeInput());
    await expect(signing).rejects.toBeInstanceOf(Permanent);
    await expect(signing).rejects.toThrow(message);
  });
});
