import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { Card } from "@nexbasira/ui/card.tsx";
import { formatExactTime } from "@nexbasira/ui/format.ts";
import { StatusPill } from "@nexbasira/ui/status-pill.tsx";
import { useLanguage } from "@nexbasira/ui/use-language.ts";
import type { TFunction } from "i18next";
import { FileClock, PenLine, ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SignerRequestView } from "../signing/signer-request.tsx";

/** Who signed and what sealed the report, as it is: the level truly reached, and what a development seal does not prove. */
export function SignatureCard({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  return (
    <Card className="flex flex-col gap-4">
      <h2 className="text-base font-semibold">{t("signature.title")}</h2>
      <DrawnSignature detail={detail} />
      {detail.signing.identity !== null && <Identity identity={detail.signing.identity} />}
      {detail.signing.request !== null && <SignerRequestView request={detail.signing.request} />}
      <Seal detail={detail} />
    </Card>
  );
}

function DrawnSignature({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { signature, signing } = detail;
  if (signature === null) {
    if (signing.request !== null) return null;
    return (
      <p className="flex items-start gap-2 text-sm text-muted">
        <PenLine size={16} aria-hidden className="mt-0.5 shrink-0" />
        {notSigned(t, detail)}
      </p>
    );
  }
  return (
    <figure className="flex flex-col gap-2">
      {/* Ink on paper, in the dark theme, too. */}
      {signature.svg_url !== null && (
        <img
          src={signature.svg_url}
          alt={t("signature.drawn_by", { name: signature.name })}
          className="h-24 w-full rounded-control border border-line bg-white object-contain p-2"
        />
      )}
      <figcaption className="text-sm">
        <span className="font-medium">{signature.name}</span>
        <span className="block text-muted">{formatExactTime(signature.at, language)}</span>
        <span className="block text-muted">
          {signing.drawn_code === null
            ? t("signature.no_code")
            : t(`signature.code_${signing.drawn_code.channel}`, {
                to: signing.drawn_code.sent_to,
                time: formatExactTime(signing.drawn_code.confirmed_at, language),
              })}
        </span>
      </figcaption>
    </figure>
  );
}

/** Why there is no signature of the participant: not asked for, not given, or nobody vouched for them. */
function notSigned(t: TFunction<"console">, { session, signing, stages }: SessionDetail): string {
  const { level } = session.signature;
  if (level === "none") return t("signature.not_asked");
  if (level === "aes" && signing.identity === null) return t("signature.no_identity");
  const asked = stages.find(({ name }) => name === "signer");
  return asked?.state === "waiting" ? t("signature.will_be_asked") : t("signature.not_given");
}

/** Who vouched for the participant, and how. */
function Identity({ identity }: { identity: NonNullable<SessionDetail["signing"]["identity"]> }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const { proof } = identity;
  return (
    <div data-testid="identity" className="flex items-start gap-2 text-sm">
      <ShieldCheck size={16} aria-hidden className="mt-0.5 shrink-0 text-success-text" />
      <p>
        {t("identity.confirmed_as", { name: identity.name })}
        <span className="block text-muted">
          {proof.method === "document"
            ? [
                t(`identity.documents.${proof.document_type}`),
                proof.issuing_country,
                proof.document_ending !== undefined && `…${proof.document_ending}`,
              ]
                .filter((part) => part !== false)
                .join(" · ")
            : proof.method === "known"
              ? t("identity.methods.known")
              : proof.note}
        </span>
        <span className="block text-muted">
          {identity.confirmed_by} · {formatExactTime(identity.at, language)}
        </span>
      </p>
    </div>
  );
}

function Seal({ detail }: { detail: SessionDetail }) {
  const { t } = useTranslation("console");
  const language = useLanguage();
  const seal = detail.evidence_file.signature;
  if (seal === null) {
    return (
      <p className="flex items-start gap-2 border-t border-line pt-4 text-sm text-muted">
        <FileClock size={16} aria-hidden className="mt-0.5 shrink-0" />
        {t("signature.no_seal")}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-3 border-t border-line pt-4">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        <Fact name={t("signature.level")}>{t(`signature.levels.${seal.level}`)}</Fact>
        <Fact name={t("signature.baseline")}>PAdES {seal.baseline}</Fact>
        <Fact name={t("signature.signed_at")}>{formatExactTime(seal.signed_at, language)}</Fact>
        <Fact name={t("signature.authority")}>
          {seal.timestamp_authority === null ? (
            t("signature.no_authority")
          ) : (
            <span title={seal.timestamp_authority}>{commonName(seal.timestamp_authority)}</span>
          )}
        </Fact>
      </dl>
      {seal.development && (
        <div className="flex flex-col items-start gap-2">
          <StatusPill kind="warning" label={t("signature.development")} />
          <p className="text-sm text-muted">{t("signature.development_text")}</p>
        </div>
      )}
    </div>
  );
}

/** The common name of a distinguished name (RFC 4514); the whole of anything else. */
function commonName(name: string): string {
  return /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/.exec(name)?.[1] ?? name;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}
