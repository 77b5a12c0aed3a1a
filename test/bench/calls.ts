import { type Bench, startInstallation } from "./bench.ts";
import { measureJoins } from "./calls-joins.ts";
import { measureLoss } from "./calls-loss.ts";
import { measureRooms } from "./calls-rooms.ts";

/** The sessions of all rooms are made by one key from one address. */
const NO_LIMITS = { RATE_LIMIT_KEY: "1000000", RATE_LIMIT_ORGANIZATION: "1000000", RATE_LIMIT_ADDRESS: "1000000" };

/** Joins in real Chromium, many rooms at once, and a bad network, each beside mediasoup alone where that says something. */
export const calls: Bench<"joins" | "rooms" | "seconds"> = {
  about: "click on join to first frame, rooms for one processor, time added, loss, beside mediasoup alone",
  options: { joins: 10, rooms: 100, seconds: 20 },
  limit_s: ({ joins, rooms, seconds }) => 360 + 60 * joins + 3 * rooms + 4 * seconds,
  run: async (context, { joins, rooms, seconds }) => {
    const installation = await startInstallation(context, ["server", "media"], NO_LIMITS);
    const click = await measureJoins(context, installation, joins);
    await installation.child("media").stop();
    const many = await measureRooms(context, installation, { rooms, seconds });
    const bad = await measureLoss(context, seconds);
    return [...click, ...many, ...bad];
  },
};
