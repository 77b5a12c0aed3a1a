/** The words of the bundle's README in English; the other languages have the same keys, checked by their type. */
export const en = {
  title: (reference: string) => `Evidence of the session ${reference}`,
  made: (at: string, organization: string) => `Put together on ${at} by ${organization}.`,
  test: "TEST: this session took place in a sandbox. It is not a record of a real inspection.",
  what: "What is in here",
  contents: {
    document: "the signed evidence file: start here",
    manifest: "every hash, the chat, the entries of the audit log with their proofs, for programs",
    items: "the originals as they were captured, byte for byte, numbered as in the manifest",
    recordings: "the recording as it was received (.mkv) and for playing (.mp4)",
    signatures: "what was drawn as a signature",
    audit: "checkpoints of the audit log, word for word, with their time stamps (.tst, .ots)",
    certificates: "the certificates that came with signatures and time stamps",
  },
  absent: "What is not in here",
  absentNote:
    "These files belong to the session and could not be given. Their hashes remain, and with them the proof of what they were.",
  deleted: (at: string) => `deleted on ${at}`,
  lost: "not found in the store, or no longer what it was: left out",
  check: "How to check it",
  checkOwn: "With our verifier, which needs neither this server nor a network:",
  checkPage: (url: string) => `or drop the ZIP file on the page ${url}; nothing is uploaded.`,
  checkOthers: "With others’ programs:",
  hash: "Compare the hash of an original with the one in evidence.pdf and in manifest.json:",
  pdf: "The signature of evidence.pdf: open it in a program that checks PDF signatures, or",
  stamp: "A time stamp of a checkpoint (the root certificate you get from the authority itself):",
  ots: "A Bitcoin attestation of a checkpoint, with the OpenTimestamps client:",
  proves: "What it proves",
  provesText:
    "The document is as it was when it was signed. The originals are those whose hashes it holds, and existed by the time in its time stamp. Between two anchors nothing in the audit log can be changed, removed, reordered or cut off without detection, and nothing can be dated later than its anchor.",
  provesNot: "What it does not prove",
  provesNotText:
    "That everything that happened was recorded. Anything that was recorded after the last anchor. That a device’s clock or position was right. That a certificate belongs to who it names: that is for you to decide, by the authorities that you trust.",
};

export type ReadmeTexts = typeof en;
