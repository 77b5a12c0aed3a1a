import type { ReadmeTexts } from "./en.ts";

/** Slova souboru README v češtině. */
export const cs: ReadmeTexts = {
  title: (reference) => `Důkazy z relace ${reference}`,
  made: (at, organization) => `Sestaveno ${at}, organizace ${organization}.`,
  test: "TEST: tato relace proběhla ve zkušebním prostředí. Nedokládá skutečnou prohlídku.",
  what: "Co tu je",
  contents: {
    document: "podepsaná důkazní zpráva: začněte zde",
    manifest: "všechny otisky, zprávy a položky auditního záznamu s důkazy, pro programy",
    items: "originály tak, jak byly pořízeny, bajt po bajtu, číslované jako v manifestu",
    recordings: "nahrávka tak, jak byla přijata (.mkv), a k přehrání (.mp4)",
    signatures: "nakreslený podpis",
    audit: "kontrolní body auditního záznamu, slovo od slova, s časovými razítky (.tst, .ots)",
    certificates: "certifikáty přiložené k podpisům a časovým razítkům",
  },
  absent: "Co tu není",
  absentNote:
    "Tyto soubory k relaci patří a nebylo možné je vydat. Jejich otisky zůstávají, a s nimi důkaz o tom, čím byly.",
  deleted: (at) => `smazáno ${at}`,
  lost: "v úložišti nenalezeno nebo již není, čím bylo: vynecháno",
  check: "Jak to ověřit",
  checkOwn: "Naším ověřovačem, který nepotřebuje tento server ani síť:",
  checkPage: (url) => `nebo přetáhněte ZIP na stránku ${url}; nic se neodesílá.`,
  checkOthers: "Cizími programy:",
  hash: "Porovnejte otisk originálu s otiskem v evidence.pdf a v manifest.json:",
  pdf: "Podpis souboru evidence.pdf: otevřete jej v programu, který ověřuje podpisy PDF, nebo",
  stamp: "Časové razítko kontrolního bodu (kořenový certifikát získáte přímo od autority):",
  ots: "Bitcoinové potvrzení kontrolního bodu, klientem OpenTimestamps:",
  proves: "Co to dokazuje",
  provesText:
    "Dokument je takový, jaký byl při podpisu. Originály jsou ty, jejichž otisky obsahuje, a existovaly v čase jeho časového razítka. Mezi dvěma ukotveními nelze v auditním záznamu nic nepozorovaně změnit, odstranit, přesunout ani useknout a nic nelze datovat později než jeho ukotvení.",
  provesNot: "Co to nedokazuje",
  provesNotText:
    "Že bylo zaznamenáno vše, co se stalo. Nic, co bylo zaznamenáno po posledním ukotvení. Že hodiny nebo poloha zařízení byly správné. Že certifikát patří tomu, koho jmenuje: o tom rozhodujete vy podle autorit, kterým důvěřujete.",
};
