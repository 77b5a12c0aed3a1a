import sharp, { type OverlayOptions } from "sharp";

/** 12 megapixels, as phones make them. */
const WIDTH = 4000;
const HEIGHT = 3000;
/** How much larger the scene is than a photo: each photo is another part of it. */
const MARGIN = 400;
const SCENE = { width: WIDTH + MARGIN, height: HEIGHT + MARGIN };
const QUALITY = 90;

const WALL = `<svg xmlns="http://www.w3.org/2000/svg" width="${SCENE.width}" height="${SCENE.height}">
  <defs>
    <linearGradient id="light" x1="0" y1="0" x2="1" y2="1">
      <stop stop-color="#e8d9c0"/><stop offset="1" stop-color="#5b4a3d"/>
    </linearGradient>
    <pattern id="bricks" width="240" height="160" patternUnits="userSpaceOnUse">
      <path d="M0 0H240V160H0zM0 80H240M120 0V80" fill="none" stroke="#3a2c22" stroke-width="8"/>
    </pattern>
  </defs>
  <rect width="100%" height="100%" fill="url(#light)"/>
  <rect width="100%" height="100%" fill="url(#bricks)"/>
  <rect x="1500" y="700" width="1400" height="1700" fill="#9db8c9" stroke="#f4f1ea" stroke-width="60"/>
</svg>`;

/**
 * Photos of 12 megapixels with what makes the JPEGs of real ones large: light that falls off, edges, a grain at several
 * scales down to that of a sensor. 3 to 5 MB each, no two alike. They come one by one: all at once would fill the memory.
 */
export async function* synthesizePhotos(count: number): AsyncGenerator<Buffer> {
  const { data, info } = await sharp(Buffer.from(WALL))
    .removeAlpha()
    .composite([await grain(8, 30), await grain(2, 26)])
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (let i = 0; i < count; i += 1) {
    // Steps that never meet again: a photo of the same part would be the same file.
    const left = Math.floor(((i * 0.618) % 1) * MARGIN);
    const top = Math.floor(((i * 0.382) % 1) * MARGIN);
    yield await sharp(data, { raw })
      .extract({ left, top, width: WIDTH, height: HEIGHT })
      .jpeg({ quality: QUALITY })
      .toBuffer();
  }
}

/** Noise whose grains are so many pixels wide; `sigma` of 256 levels. */
async function grain(size: number, sigma: number): Promise<OverlayOptions> {
  const [width, height] = [SCENE.width / size, SCENE.height / size];
  const noise = { type: "gaussian", mean: 128, sigma } as const;
  const input = await sharp({ create: { width, height, channels: 3, background: "#808080", noise } })
    .resize(SCENE.width, SCENE.height, { kernel: "cubic" })
    .raw()
    .toBuffer();
  return { input, raw: { ...SCENE, channels: 3 }, blend: "soft-light" };
}
