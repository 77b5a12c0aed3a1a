const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
  "image/heic": "heic",
  "image/svg+xml": "svg",
  "video/mp4": "mp4",
  "application/pdf": "pdf",
};

/** How the name of a file of this media type ends, without the dot; undefined where we have no word for it. */
export function extensionOf(mediaType: string): string | undefined {
  return EXTENSIONS[mediaType];
}
