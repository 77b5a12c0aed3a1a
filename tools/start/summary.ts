import { styleText } from "node:util";
import QRCode from "qrcode";

export interface Summary {
  url: string;
  phoneUrl: string;
  apiKey: string;
  admin: { email: string; password: string };
  developmentFile: string;
  logs: string;
}

/** What a newcomer needs to go on, for the terminal. */
export async function summarise(summary: Summary): Promise<string> {
  const colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  const rows: [name: string, value: string][] = [
    ["Console", summary.url],
    ["  e-mail", summary.admin.email],
    ["  password", summary.admin.password],
    ["Outbox", `${summary.url}/outbox  (the SMS and mail that were sent)`],
    ["Test API key", summary.apiKey],
    ["Phones", summary.phoneUrl],
    ["Logs", summary.logs],
    ["All of this", summary.developmentFile],
  ];
  // Light modules are drawn, in white on black: right on a dark terminal even without colours.
  const drawn = await QRCode.toString(summary.phoneUrl, { type: "utf8", color: { dark: "#ffffff", light: "#000000" } });
  const code = drawn.trimEnd().split("\n");
  return [
    "",
    styleText("bold", "NexBasira is running in development mode. Ctrl-C ends it."),
    "",
    ...rows.map(([name, value]) => `  ${name.padEnd(14)}${value}`),
    "",
    "  A phone in the same network opens this code. Its browser warns of the certificate, which this machine made.",
    "",
    ...code.map((line) => `  ${colours ? `\x1b[97;40m${line}\x1b[0m` : line}`),
    "",
  ].join("\n");
}
