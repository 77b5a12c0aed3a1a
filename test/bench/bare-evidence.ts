import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { readEncoderSettings } from "./encoder-settings.ts";

const run = promisify(execFile);

/** In seconds. */
export interface BareTimes {
  recording: number;
  previews: number;
  signature: number;
}

const PREVIEW = { side: 2000, quality: 80 };
/** The finaliser's: under load, it is the bare tools' as well. */
const NICENESS = "10";
/** As in the product's MP4, which is checked. */
const MP4 =
  "-c:v libx264 -preset superfast -crf 23 -maxrate 3M -bufsize 6M -g 60 -c:a aac -b:a 96k -movflags +faststart";
const KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
const TSA = `[tsa]
default_tsa = bare
[bare]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
`;

/**
 * What the work after a session's end takes at least, one after the other: ffmpeg remuxes the recording and encodes it as
 * the product does, sharp makes a picture for the report of each photo, openssl signs the document once and stamps it.
 *
 * @throws Error if the bare MP4 is encoded by other settings than the product's.
 */
export async function runBareTools(
  folder: string,
  files: { recording: string; mp4: string; photos: readonly string[]; document: string },
): Promise<BareTimes> {
  const here = (program: string, ...args: string[]) => run(program, args, { cwd: folder });
  const ffmpeg = (...args: string[]) =>
    here("nice", "-n", NICENESS, "ffmpeg", "-v", "error", "-nostdin", "-y", ...args);
  const openssl = (command: string, ...args: string[]) => here("openssl", ...command.split(" "), ...args);

  const recording = await timed(async () => {
    await ffmpeg("-i", files.recording, "-map", "0", "-c", "copy", "remuxed.mkv");
    await ffmpeg("-i", "remuxed.mkv", ...MP4.split(" "), "bare.mp4");
  });
  const [own, bare] = [await readEncoderSettings(files.mp4), await readEncoderSettings(join(folder, "bare.mp4"))];
  if (own !== bare) throw new Error(`the product encodes its MP4 by other settings:\n${own}\n${bare}`);
  const previews = await timed(async () => {
    for (const photo of files.photos) {
      const image = sharp(photo).autoOrient().resize(PREVIEW.side, PREVIEW.side, { fit: "inside" });
      await image.jpeg({ quality: PREVIEW.quality }).toBuffer();
    }
  });

  await writeFile(join(folder, "tsa.cnf"), TSA);
  await writeFile(join(folder, "serial"), "01\n");
  await openssl(`req -x509 ${KEY} -subj /CN=Signer -keyout signer.key -out signer.pem`);
  const purpose = ["-addext", "extendedKeyUsage=critical,timeStamping"];
  await openssl(`req -x509 ${KEY} -subj /CN=TSA -keyout tsa.key -out tsa.pem`, ...purpose);
  const signature = await timed(async () => {
    const key = "-signer signer.pem -inkey signer.key -md sha256";
    await openssl(`cms -sign -cades -binary ${key} -outform DER -out signature -in`, files.document);
    await openssl("ts -query -data signature -sha256 -cert -out query");
    await openssl("ts -reply -config tsa.cnf -queryfile query -out reply");
  });
  return { recording, previews, signature };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
