import { RoomConnection } from "./room-connection.ts";

const made: RoomConnection[] = [];
Object.assign(window, {
  async join(answer: never, publish: boolean, wanted: number): Promise<object> {
    const start = performance.now();
    const marks: Record<string, number> = {};
    const stream = publish
      ? await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 }, audio: true })
      : null;
    const t0 = performance.now();
    const connection = new RoomConnection({
      answer,
      rejoin: async () => {
        throw new Error("rejoin");
      },
      onCaptureRequested: undefined as never,
    });
    made.push(connection);
    if (stream)
      for (const track of stream.getTracks())
        connection.publishTrack(track.kind === "video" ? "camera" : "microphone", track);
    if (wanted === 0) {
      await new Promise((r) => setTimeout(r, 1500));
      return { gum: t0 - start };
    }
    return new Promise((resolve) => {
      const check = () => {
        const s = connection.getSnapshot();
        if (s.phase === "live" && marks.live === undefined) marks.live = performance.now() - t0;
        if (s.mediaConnected && marks.media === undefined) marks.media = performance.now() - t0;
        const remote = s.remote.find((m) => m.kind === "video");
        if (remote && marks.remote === undefined) {
          marks.remote = performance.now() - t0;
          const video = document.createElement("video");
          video.muted = true;
          video.autoplay = true;
          video.playsInline = true;
          video.srcObject = remote.stream;
          document.body.append(video);
          video.addEventListener("loadeddata", () => {
            marks.frame = performance.now() - t0;
            Object.assign(window, { video });
            resolve({ ...marks, size: [video.videoWidth, video.videoHeight] });
          });
          void video.play();
        }
      };
      connection.subscribe(check);
    });
  },
  async leave() {
    for (const c of made.splice(0)) await c.leave();
    document.querySelectorAll("video").forEach((v) => v.remove());
  },
  frames(ms: number) {
    const v = (window as never as { video: HTMLVideoElement }).video;
    const a = v.getVideoPlaybackQuality().totalVideoFrames;
    return new Promise((r) => setTimeout(() => r(v.getVideoPlaybackQuality().totalVideoFrames - a), ms));
  },
});
const pcs: RTCPeerConnection[] = [];
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real { constructor(c?: RTCConfiguration) { super(c); pcs.push(this); } } as never;
Object.assign(window, { async pairs() { const all: string[] = []; for (const pc of pcs) { const s = await pc.getStats(); for (const r of s.values()) if (r.type === "candidate-pair" && r.nominated) { const l = s.get(r.localCandidateId), m = s.get(r.remoteCandidateId); all.push(`${r.state} ${l.protocol} ${l.candidateType} ${l.address}:${l.port} -> ${m.address}:${m.port}`); } } return all; } });
