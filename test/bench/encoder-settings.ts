import { open } from "node:fs/promises";

/** The encoder writes them into its first picture, after the index of the file. */
const WITHIN_BYTES = 16 * 1024 * 1024;

/** By which settings x264 has encoded a file, in its own words. */
export async function readEncoderSettings(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(WITHIN_BYTES) });
    const settings = /x264 - core [^\0]*? options: ([ -~]+)/.exec(buffer.toString("latin1", 0, bytesRead))?.[1];
    if (settings === undefined) throw new Error(`${path} does not say how it was encoded`);
    return settings;
  } finally {
    await file.close();
  }
}
