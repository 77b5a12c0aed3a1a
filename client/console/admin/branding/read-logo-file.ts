export type LogoFileProblem = "type" | "size" | "unreadable";

/** As base64 within the million characters that the API takes. */
const MAX_BYTES = 749_000;

/** A chosen file as the API takes it: a PNG or SVG as a data URL. Everything else is the server's to judge. */
export async function readLogoFile(
  file: File,
): Promise<{ dataUrl: string; problem?: undefined } | { problem: LogoFileProblem }> {
  // Some systems know no type for SVG.
  const type = file.type || (/\.svg$/i.test(file.name) ? "image/svg+xml" : "");
  if (type !== "image/png" && type !== "image/svg+xml") return { problem: "type" };
  if (file.size > MAX_BYTES) return { problem: "size" };
  const dataUrl = await asDataUrl(new Blob([file], { type }));
  return dataUrl === undefined ? { problem: "unreadable" } : { dataUrl };
}

function asDataUrl(blob: Blob): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === "string" ? reader.result : undefined);
    reader.onerror = () => resolve(undefined);
    reader.readAsDataURL(blob);
  });
}
