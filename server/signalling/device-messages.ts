import { newId } from "@nexbasira/core/contract/ids.ts";
import { askPhone, noteDone, refusalOf } from "./ask-phone.ts";
import type { MessageHandlers } from "./message-handler.ts";

/** What the participant's device says of itself, and what the inspector has it do. */
export const deviceMessages = {
  "device.report": async ({ room, person }, state) => {
    room.report(person, state);
    return {};
  },

  /** In the log whatever came of it. What the device cannot do, it says itself. */
  "device.command": async (call, { command }) => {
    const id = newId("command");
    const done = await askPhone(call, "device.commanded", { command_id: id, by: call.person.name, command });
    await noteDone(call, {
      action: "device.commanded",
      object: { type: "device_command", id },
      object_hash: null,
      details: { ...command, ...(done.ok ? { outcome: done.outcome } : { refused: done.code }) },
    });
    if (!done.ok) throw refusalOf(done);
    return { outcome: done.outcome };
  },
} satisfies Partial<MessageHandlers>;
