import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Language } from "@nexbasira/core/contract/common.ts";
import type { Mail } from "./drivers.ts";
import { escapeHtml } from "./escape-html.ts";

export interface MailParts {
  language: Language;
  subject: string;
  /** Whose mail it is: the organization. */
  who: string;
  accent: string;
  /** A PNG, in twice the pixels that it is shown in. */
  logo: Logo | null;
  /** Paragraphs above what there is to do. */
  lines: readonly string[];
  /** A button with a link, or figures to be read off. */
  middle: { label: string; link: string } | { figures: string };
  /** Paragraphs below it, smaller. */
  closing: readonly string[];
}

export interface Logo {
  png: Uint8Array;
  width: number;
  height: number;
}

const PLAIN_BUTTON = { accent: "#0b1f1a", on: "#ffffff" };

/** Fills what stands in braces. */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}

/** A time as the messages say it, in UTC, since nobody knows where it is read. */
export function writeMoment(at: Date, language: Language): string {
  const text = at.toLocaleString(language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "UTC",
    hourCycle: "h23",
  });
  return `${text} UTC`;
}

/** A mail in the organization's look. */
export function writeMail(parts: MailParts): Mail {
  const { language, subject, who, logo, lines, middle, closing } = parts;
  const paragraph = (text: string) => `<p style="margin:0 0 16px">${escapeHtml(text)}</p>`;
  const shown = "figures" in middle ? middle.figures : `${middle.label}:\n${middle.link}`;
  return {
    subject,
    text: [...lines, shown, ...closing].join("\n\n"),
    html: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;background:#f4f6f8;font:16px/1.5 Inter,system-ui,sans-serif;color:#101820">
<div style="max-width:520px;margin:auto;padding:32px;background:#fff;border-radius:10px">
<p style="margin:0 0 24px;font-weight:600">${logo ? writeLogo(logo, who) : escapeHtml(who)}</p>
${lines.map(paragraph).join("\n")}
${"figures" in middle ? writeFigures(middle.figures) : writeButton(middle, parts.accent)}
<div style="font-size:14px;color:#4a5560">${closing.map(paragraph).join("\n")}</div>
</div></body></html>`,
  };
}

function writeButton({ label, link }: { label: string; link: string }, colour: string): string {
  const { accent, on } = shadesOf(colour)?.light ?? PLAIN_BUTTON;
  return `<p style="margin:24px 0"><a href="${escapeHtml(link)}" style="display:inline-block;padding:14px 24px;border-radius:8px;background:${accent};color:${on};text-decoration:none;font-weight:600">${escapeHtml(label)}</a></p>`;
}

function writeFigures(figures: string): string {
  return `<p style="margin:24px 0;font-size:32px;font-weight:600;letter-spacing:6px;font-variant-numeric:tabular-nums">${escapeHtml(figures)}</p>`;
}

/** `src` first: the mail driver finds it there and makes it a part of the mail. */
function writeLogo({ png, width, height }: Logo, alt: string): string {
  const source = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const size = `width="${Math.round(width / 2)}" height="${Math.round(height / 2)}"`;
  return `<img src="${source}" ${size} alt="${escapeHtml(alt)}" style="display:block;border:0">`;
}
