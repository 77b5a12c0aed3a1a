import { classNames } from "@nexbasira/ui/class-names.ts";
import { type ReactNode, useEffect, useState } from "react";

export interface SteadyPictureProps {
  /** The best first. */
  pictures: readonly string[];
  /** In its place while there is none. */
  fallback: ReactNode;
  className?: string;
}

/**
 * A small picture that gets better without a jump: what is shown stays until a better one is decoded, and one whose link
 * has ended leaves its place to the next.
 */
export function SteadyPicture({ pictures, fallback, className }: SteadyPictureProps) {
  const [shown, setShown] = useState<string>();
  const wanted = pictures.join("\n");
  useEffect(() => {
    let over = false;
    const show = async () => {
      for (const url of wanted.split("\n").filter((one) => one !== "")) {
        if (await canShow(url)) {
          if (!over) setShown(url);
          return;
        }
      }
    };
    void show();
    return () => {
      over = true;
    };
  }, [wanted]);
  // A local picture needs no loading: it is there at once.
  const url = shown ?? pictures.find((one) => one.startsWith("blob:"));
  if (url === undefined) return fallback;
  return <img src={url} alt="" decoding="async" className={classNames("bg-hover object-cover", className)} />;
}

async function canShow(url: string): Promise<boolean> {
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return true;
  } catch {
    // An EncodingError: the link has ended, or the bytes are no picture.
    return false;
  }
}
