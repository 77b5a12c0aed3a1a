/** Runs in the browser: the page of `bare-call.ts`, `/view` or `/send`. */
import { Device, type types } from "mediasoup-client";
import { io, type Socket } from "socket.io-client";
import { cameraConstraints, MICROPHONE } from "../../client/participant/live/camera-constraints.ts";
import { RtpCapabilities, RtpParameters } from "../../client/ui/room/mediasoup-values.ts";
import { publishOptions } from "../../client/ui/room/publish-options.ts";
import type { Asked, Told } from "./bare-call.ts";

const socket: Socket<Told, Asked> = io({ transports: ["websocket"] });
const device = new Device();

function onConnect(transport: types.Transport): void {
  transport.on("connect", ({ dtlsParameters }, done) => socket.emit("start", dtlsParameters, done));
}

async function view(): Promise<void> {
  const { router, transport: parameters } = await socket.emitWithAck("open");
  await device.load({ routerRtpCapabilities: RtpCapabilities.parse(router) });
  const transport = device.createRecvTransport(parameters);
  onConnect(transport);
  socket.on("produced", async (producerId) => {
    const answer = await socket.emitWithAck("consume", producerId, device.recvRtpCapabilities);
    const consumer = await transport.consume({ ...answer, rtpParameters: RtpParameters.parse(answer.rtpParameters) });
    await socket.emitWithAck("resume", consumer.id);
    const video = document.querySelector("video");
    if (consumer.kind === "video" && video !== null) video.srcObject = new MediaStream([consumer.track]);
  });
}

/** The transport is made when it is needed, as by whoever has not joined yet. */
async function send(): Promise<void> {
  const asked = navigator.mediaDevices.getUserMedia({ video: cameraConstraints("environment"), audio: MICROPHONE });
  const { router, transport: parameters } = await socket.emitWithAck("open");
  if (!device.loaded) await device.load({ routerRtpCapabilities: RtpCapabilities.parse(router) });
  const transport = device.createSendTransport(parameters);
  onConnect(transport);
  transport.on("produce", ({ kind, rtpParameters }, done) => {
    socket.emit("produce", kind, rtpParameters, (id) => done({ id }));
  });
  const stream = await asked;
  const shape = { rung: "full", simulcast: false } as const;
  for (const source of ["camera", "microphone"] as const) {
    for (const track of source === "camera" ? stream.getVideoTracks() : stream.getAudioTracks()) {
      await transport.produce({ track, ...publishOptions(source, device, { track, shape }) });
    }
  }
}

await new Promise<void>((resolve) => socket.once("connect", resolve));
if (location.pathname === "/view") await view();
else document.querySelector("button")?.addEventListener("click", () => void send());
document.body.dataset.ready = "true";
