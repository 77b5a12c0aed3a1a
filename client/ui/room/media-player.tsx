import { type Ref, useEffect, useImperativeHandle, useRef } from "react";

/** How long a pause that nobody asked for lasts before it is ended, ms. */
const PAUSED_FOR_MS = 300;

interface MediaPlayerProps {
  stream: MediaStream | null;
  /** Sound is played by its own player, so that a blocked sound never stops a picture. */
  kind: "audio" | "video";
  testId?: string;
  className?: string;
  /** What the picture shows, for those who do not see it. */
  label?: string;
  /** Called with true where the browser does not play sound before a tap, and with false when it plays. */
  onBlocked?: (blocked: boolean) => void;
  ref?: Ref<HTMLVideoElement>;
}

/** Plays a stream in place and goes on playing: a phone pauses elements when it comes back from the background. */
export function MediaPlayer({ stream, kind, testId, className, label, onBlocked, ref }: MediaPlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  useImperativeHandle<HTMLVideoElement | null, HTMLVideoElement | null>(ref, () => video.current, []);

  useEffect(() => {
    const element = kind === "video" ? video.current : audio.current;
    if (element === null) return;
    element.srcObject = stream;
    if (stream === null) return;
    const play = (): void => {
      element.play().then(
        () => onBlocked?.(false),
        (error: unknown) => {
          // An AbortError only says that a newer stream took its place.
          if (error instanceof Error && error.name === "NotAllowedError") onBlocked?.(true);
        },
      );
    };
    const playAgain = (): void => {
      if (document.visibilityState === "visible" && element.paused) play();
    };
    // Nobody pauses these: it was the browser, for a phone call, another sound, a locked screen. Some do so again at once.
    let soon: ReturnType<typeof setTimeout> | undefined;
    const playSoon = (): void => {
      clearTimeout(soon);
      soon = setTimeout(playAgain, PAUSED_FOR_MS);
    };
    play();
    element.addEventListener("pause", playSoon);
    window.addEventListener("pageshow", playAgain);
    window.addEventListener("focus", playAgain);
    document.addEventListener("visibilitychange", playAgain);
    // Any tap counts as the permission to play.
    document.addEventListener("pointerup", playAgain);
    return () => {
      clearTimeout(soon);
      element.removeEventListener("pause", playSoon);
      window.removeEventListener("pageshow", playAgain);
      window.removeEventListener("focus", playAgain);
      document.removeEventListener("visibilitychange", playAgain);
      document.removeEventListener("pointerup", playAgain);
      element.srcObject = null;
    };
  }, [stream, kind, onBlocked]);

  if (kind === "audio") {
    // biome-ignore lint/a11y/useMediaCaption: a live call has no captions
    return <audio ref={audio} autoPlay data-testid={testId} className="hidden" />;
  }
  return <video ref={video} autoPlay playsInline muted data-testid={testId} className={className} aria-label={label} />;
}
