import { boardMessages } from "./board-messages.ts";
import { captureMessages } from "./capture-messages.ts";
import { chatMessages } from "./chat-messages.ts";
import { clipMessages } from "./clip-messages.ts";
import { deviceMessages } from "./device-messages.ts";
import { mediaMessages } from "./media-messages.ts";
import type { MessageHandlers } from "./message-handler.ts";
import { sessionMessages } from "./session-messages.ts";
import { signatureMessages } from "./signature-messages.ts";

/** Every message of a room has its one handler. */
export const MESSAGE_HANDLERS: MessageHandlers = {
  ...mediaMessages,
  ...captureMessages,
  ...deviceMessages,
  ...boardMessages,
  ...chatMessages,
  ...clipMessages,
  ...signatureMessages,
  ...sessionMessages,
};
