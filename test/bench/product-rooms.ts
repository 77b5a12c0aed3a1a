/**
 * The product's media process, whose rooms take plain RTP besides what browsers send: no generator of packets can make a
 * hundred browsers' handshakes on the machine that is measured. All else is the product's: signalling, rooms, recorder.
 * Started by `calls-rooms.ts` with an installation's environment.
 */
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { MediaProcess } from "../../server/media/media-process.ts";
import type { Room } from "../../server/media/room.ts";
import { OpenRooms, openPlainRoom } from "./plain-room.ts";
import { workerOf } from "./processor-time.ts";

const configuration = readConfiguration(process.env);
const media = await MediaProcess.open({
  configuration,
  log: createLogger("media", configuration.logLevel),
  signallingPort: configuration.media.signallingPort,
  mediaPort: configuration.media.port,
  onDied: (error) => {
    throw error;
  },
});
process.once("disconnect", async () => {
  await media.close();
  process.exit();
});

function participantOf(room: Room) {
  const person = room.people.find(({ role }) => role === "participant");
  if (!person) throw new Error("the participant is not in the room");
  return person;
}

process.on("message", async (message) => {
  const { names, receiverPort } = OpenRooms.parse(message);
  const rooms = [];
  for (const [index, name] of names.entries()) {
    const room = media.rooms.find(name);
    if (!room) throw new Error("there is no such room");
    rooms.push(
      await openPlainRoom(room.router, index, receiverPort, (producer) =>
        participantOf(room).media.adopt(producer, producer.kind === "video" ? "camera" : "microphone"),
      ),
    );
  }
  process.send?.({ rooms });
});
process.send?.({ workerPid: await workerOf(process.pid) });
