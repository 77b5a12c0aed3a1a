import type { ReadmeTexts } from "./en.ts";

/** Die Wörter der README auf Deutsch. */
export const de: ReadmeTexts = {
  title: (reference) => `Beweismittel der Sitzung ${reference}`,
  made: (at, organization) => `Zusammengestellt am ${at} von ${organization}.`,
  test: "TEST: Diese Sitzung fand in einer Testumgebung statt. Sie ist kein Nachweis einer wirklichen Besichtigung.",
  what: "Was hier ist",
  contents: {
    document: "der signierte Beweisbericht: hier beginnen",
    manifest: "alle Hashes, die Nachrichten und die Einträge des Auditprotokolls mit ihren Beweisen, für Programme",
    items: "die Originale, wie sie aufgenommen wurden, Byte für Byte, nummeriert wie im Manifest",
    recordings: "die Aufzeichnung, wie sie empfangen wurde (.mkv), und zum Abspielen (.mp4)",
    signatures: "die gezeichnete Unterschrift",
    audit: "Prüfpunkte des Auditprotokolls, Wort für Wort, mit ihren Zeitstempeln (.tst, .ots)",
    certificates: "die Zertifikate, die mit Signaturen und Zeitstempeln kamen",
  },
  absent: "Was hier fehlt",
  absentNote:
    "Diese Dateien gehören zur Sitzung und konnten nicht mitgegeben werden. Ihre Hashes bleiben, und mit ihnen der Beweis, was sie waren.",
  deleted: (at) => `gelöscht am ${at}`,
  lost: "im Speicher nicht gefunden oder nicht mehr, was es war: weggelassen",
  check: "So wird geprüft",
  checkOwn: "Mit unserem Prüfprogramm, das weder diesen Server noch ein Netz braucht:",
  checkPage: (url) => `oder die ZIP-Datei auf der Seite ${url} ablegen; nichts wird hochgeladen.`,
  checkOthers: "Mit Programmen anderer:",
  hash: "Den Hash eines Originals mit dem in evidence.pdf und in manifest.json vergleichen:",
  pdf: "Die Signatur von evidence.pdf: in einem Programm öffnen, das PDF-Signaturen prüft, oder",
  stamp: "Ein Zeitstempel eines Prüfpunkts (das Wurzelzertifikat gibt es bei der Stelle selbst):",
  ots: "Eine Bitcoin-Bestätigung eines Prüfpunkts, mit dem Programm von OpenTimestamps:",
  proves: "Was damit bewiesen ist",
  provesText:
    "Das Dokument ist so, wie es signiert wurde. Die Originale sind die, deren Hashes es enthält, und es gab sie zu der Zeit, die sein Zeitstempel nennt. Zwischen zwei Verankerungen kann im Auditprotokoll nichts unbemerkt geändert, entfernt, umgestellt oder abgeschnitten und nichts später als seine Verankerung datiert werden.",
  provesNot: "Was damit nicht bewiesen ist",
  provesNotText:
    "Dass alles, was geschah, aufgezeichnet wurde. Alles, was nach der letzten Verankerung aufgezeichnet wurde. Dass Uhr oder Position eines Geräts stimmten. Dass ein Zertifikat dem gehört, den es nennt: Das entscheiden Sie, nach den Stellen, denen Sie vertrauen.",
};
