import type { CheckResult } from "./check-results.ts";

/** What the check has open of a device: show it, and stop it. */
export interface OpenedDevice {
  result: CheckResult;
  stream: MediaStream | null;
}

/** Asks for camera or microphone; never rejects. The stream is the caller's to stop. */
export async function openCheckedDevice(kind: "camera" | "microphone"): Promise<OpenedDevice> {
  if (navigator.mediaDevices?.getUserMedia === undefined) return { result: { verdict: "fails" }, stream: null };
  try {
    const wanted = kind === "camera" ? { video: { facingMode: "environment" } } : { audio: true };
    return { result: { verdict: "works" }, stream: await navigator.mediaDevices.getUserMedia(wanted) };
  } catch (error) {
    return { result: { verdict: "fails", ...reasonOf(error) }, stream: null };
  }
}

/** Media Capture and Streams, section 10.2: the names of what `getUserMedia` rejects with. */
function reasonOf(error: unknown): Pick<CheckResult, "reason"> {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return { reason: "denied" };
  return name === "NotFoundError" ? { reason: "none" } : {};
}

/** Tells ten times a second how loud a microphone is, 0 to 1; call the answer to end it. */
export function watchLevel(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    // Speech is about a tenth of full scale: it shall fill most of the meter.
    tell(Math.min(1, Math.sqrt(power) * 5));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Two short tones. Rejects where the browser plays nothing. */
export async function playTones(): Promise<void> {
  const context = new AudioContext();
  await context.resume();
  const loudness = context.createGain();
  loudness.gain.value = 0.2;
  loudness.connect(context.destination);
  const tones = [523, 659].map((frequency, i) => {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(loudness);
    tone.start(context.currentTime + i * 0.4);
    tone.stop(context.currentTime + i * 0.4 + 0.35);
    return new Promise((resolve) => tone.addEventListener("ended", resolve));
  });
  await Promise.all(tones);
  await context.close();
}
