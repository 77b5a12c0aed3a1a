/** The camera answers within this time or the frame is taken instead: the inspector waits no longer than 10 s. */
const PHOTO_WITHIN_MS = 5_000;
const FRAME_QUALITY = 0.95;
const THUMBNAIL_PX = 240;
/** Bytes; a photo of 50 megapixels is about this large. */
const LARGEST_DECODED = 25 * 1024 * 1024;

export interface TakenPhoto {
  blob: Blob;
  /** `photo`: from the still camera, at the sensor's resolution. `frame`: from the live picture, before encoding. */
  source: "photo" | "frame";
  /** Pixels; null for a photo, whose size only its decoder knows. */
  width: number | null;
  height: number | null;
}

/** There is no picture to take: no camera, or it gives none. */
export class NoPictureError extends Error {
  override readonly name = "NoPictureError";
}

/**
 * Takes a photo: with the still camera where the browser has it, else the local track's frame of this moment. `video`
 * shows the track on this page.
 *
 * @throws {NoPictureError}
 */
export async function takePhoto(video: HTMLVideoElement, track: MediaStreamTrack): Promise<TakenPhoto> {
  if (track.readyState !== "live") throw new NoPictureError("The camera is off.");
  // Kept now: should the still camera fail, the picture is still of the moment of the press.
  const frame = grabFrame(video);
  const photo = await takeStill(track);
  if (photo !== null) return { blob: photo, source: "photo", width: null, height: null };
  return { blob: await toJpeg(frame, FRAME_QUALITY), source: "frame", width: frame.width, height: frame.height };
}

/** A small JPEG of the picture of this moment, for lists; null where there is no picture. Never rejects. */
export async function takeThumbnail(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.videoWidth === 0) return null;
  try {
    return await toThumbnail(video, video.videoWidth, video.videoHeight);
  } catch {
    // A browser without memory for a canvas: the photo counts, and the list shows a sign instead.
    return null;
  }
}

/** The same of a picture in a file; null where it is none, or too large to be decoded on a phone without risk. */
export async function thumbnailOfFile(file: File): Promise<Blob | null> {
  if (!file.type.startsWith("image/") || file.size > LARGEST_DECODED) return null;
  try {
    const picture = await createImageBitmap(file);
    const thumbnail = await toThumbnail(picture, picture.width, picture.height);
    picture.close();
    return thumbnail;
  } catch {
    // An InvalidStateError: not a picture that this browser can read. The server looks at it again.
    return null;
  }
}

function toThumbnail(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const scale = THUMBNAIL_PX / Math.max(width, height);
  return toJpeg(draw(source, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))), 0.8);
}

/** Null where there is no still camera, or it fails, or takes too long. */
async function takeStill(track: MediaStreamTrack): Promise<Blob | null> {
  if (typeof ImageCapture === "undefined") return null;
  let limit: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    limit = setTimeout(() => resolve(null), PHOTO_WITHIN_MS);
  });
  try {
    return await Promise.race([shoot(new ImageCapture(track)), late]);
  } catch {
    // Drivers fail here in many ways (UnknownError, InvalidStateError, OperationError); the frame is the answer to all.
    return null;
  } finally {
    clearTimeout(limit);
  }
}

/** The sensor's resolutions by track: asking takes some phones half a second, and each photo would wait for it. */
const capabilities = new WeakMap<MediaStreamTrack, PhotoCapabilities>();

async function shoot(camera: ImageCapture): Promise<Blob | null> {
  const known = capabilities.get(camera.track) ?? (await camera.getPhotoCapabilities());
  capabilities.set(camera.track, known);
  const { imageWidth, imageHeight } = known;
  const settings: PhotoSettings = {
    ...(imageWidth?.max ? { imageWidth: imageWidth.max } : {}),
    ...(imageHeight?.max ? { imageHeight: imageHeight.max } : {}),
  };
  const photo = await camera.takePhoto(settings);
  return photo.size > 0 ? photo : null;
}

/** The frame that a video shows at this moment, in its full size. @throws {NoPictureError} */
export function grabFrame(video: HTMLVideoElement): HTMLCanvasElement {
  if (video.videoWidth === 0 || video.videoHeight === 0) throw new NoPictureError("The camera gives no picture yet.");
  return draw(video, video.videoWidth, video.videoHeight);
}

function draw(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new NoPictureError("The browser gives no canvas.");
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** `quality` from 0 to 1. @throws {NoPictureError} */
export function toJpeg(canvas: HTMLCanvasElement, quality: number): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new NoPictureError("The frame could not be encoded.")) : resolve(blob)),
      "image/jpeg",
      quality,
    );
  });
}
