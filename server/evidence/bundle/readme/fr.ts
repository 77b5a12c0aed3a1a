import type { ReadmeTexts } from "./en.ts";

/** Le LISEZ-MOI du dossier, en français. */
export const fr: ReadmeTexts = {
  title: (reference) => `Preuves de la session ${reference}`,
  made: (at, organization) => `Réunies le ${at} par ${organization}.`,
  test: "TEST : cette session a eu lieu dans un bac à sable. Elle ne documente aucune inspection réelle.",
  what: "Ce que contient ce dossier",
  contents: {
    document: "le dossier de preuves signé : à lire d’abord",
    manifest:
      "toutes les empreintes, les messages et les entrées du journal d’audit avec leurs preuves, pour les programmes",
    items: "les originaux tels qu’ils ont été saisis, octet pour octet, numérotés comme dans le manifeste",
    recordings: "l’enregistrement tel que reçu (.mkv) et pour la lecture (.mp4)",
    signatures: "la signature dessinée",
    audit: "les points de contrôle du journal, mot pour mot, avec leurs horodatages (.tst, .ots)",
    certificates: "les certificats joints aux signatures et aux horodatages",
  },
  absent: "Ce qui n’y est pas",
  absentNote:
    "Ces fichiers appartiennent à la session et n’ont pas pu être remis. Leurs empreintes restent, et avec elles la preuve de ce qu’ils étaient.",
  deleted: (at) => `supprimé le ${at}`,
  lost: "introuvable dans le stockage, ou plus identique : laissé de côté",
  check: "Comment vérifier",
  checkOwn: "Avec notre vérificateur, qui n’a besoin ni de ce serveur ni du réseau :",
  checkPage: (url) => `ou déposez le fichier ZIP sur la page ${url} ; rien n’est envoyé.`,
  checkOthers: "Avec d’autres programmes :",
  hash: "Comparez l’empreinte d’un original à celle de evidence.pdf et de manifest.json :",
  pdf: "La signature de evidence.pdf : ouvrez-le dans un programme qui vérifie les signatures PDF, ou",
  stamp: "L’horodatage d’un point de contrôle (le certificat racine s’obtient auprès de l’autorité elle-même) :",
  ots: "L’attestation Bitcoin d’un point de contrôle, avec le client OpenTimestamps :",
  proves: "Ce que cela prouve",
  provesText:
    "Le document est tel qu’il était à la signature. Les originaux sont ceux dont il contient les empreintes, et existaient à l’heure de son horodatage. Entre deux ancrages, rien dans le journal d’audit ne peut être modifié, retiré, déplacé ou coupé sans que cela se voie, et rien ne peut être daté d’après son ancrage.",
  provesNot: "Ce que cela ne prouve pas",
  provesNotText:
    "Que tout ce qui s’est passé a été enregistré. Tout ce qui a été enregistré après le dernier ancrage. Que l’horloge ou la position d’un appareil étaient justes. Qu’un certificat appartient à qui il nomme : c’est à vous d’en décider, selon les autorités auxquelles vous faites confiance.",
};
