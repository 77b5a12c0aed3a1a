import type { CameraState, DeviceCommand, DeviceState } from "@nexbasira/core/contract/device.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isPhoneThere } from "./is-phone-there.ts";

type CommandName = DeviceCommand["command"];

export interface Phone {
  /** What it last said of itself; undefined until it has. */
  state: DeviceState | undefined;
  /** Its camera as it last said; null until it has had one. While the camera is away, how it was before. */
  camera: CameraState | null;
  /** It had a camera and has none now: another app took it, or it is being opened again. */
  cameraAway: boolean;
  /** Commands that it has not answered yet. */
  busy: ReadonlySet<CommandName>;
  /** What came of the last command, in words; a refusal is said by a toast, too. */
  outcome: string;
  /**
   * Has the phone do something and says what came of it. While a command of the same name waits for its answer, only the
   * newest is kept and sent then.
   */
  command: (command: DeviceCommand) => void;
}

/** The participant's phone: how it is, and what the inspector may have it do. */
export function usePhone(connection: RoomConnection, room: RoomView): Phone {
  const { t } = useTranslation("console");
  const [busy, setBusy] = useState<ReadonlySet<CommandName>>(new Set());
  const [outcome, setOutcome] = useState("");
  const next = useRef(new Map<CommandName, DeviceCommand | undefined>());
  const participant = room.people.find(({ role }) => role === "participant");
  const state = room.devices.find(({ participant_id }) => participant_id === participant?.participant_id)?.state;
  const now = state?.camera ?? null;
  const [camera, setCamera] = useState(now);
  if (now !== null && now !== camera) setCamera(now);
  const cameraAway = camera !== null && now === null;

  const send = async (command: DeviceCommand): Promise<void> => {
    const name = t(`phone.commands.${command.command}`);
    try {
      const answer = await connection.request("device.command", { command });
      const said = t(`phone.outcomes.${answer.outcome}`, { command: name });
      setOutcome(said);
      if (answer.outcome === "asked") showToast({ kind: "info", text: said });
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      const said = t(`phone.outcomes.${error.code === "no_answer" ? "silent" : "refused"}`, { command: name });
      setOutcome(said);
      showToast({ kind: "warning", text: said });
    }
  };

  const run = async (command: DeviceCommand): Promise<void> => {
    const waiting = next.current;
    waiting.set(command.command, undefined);
    setBusy(new Set(waiting.keys()));
    for (let now: DeviceCommand | undefined = command; now !== undefined; ) {
      waiting.set(now.command, undefined);
      await send(now);
      now = waiting.get(now.command);
    }
    waiting.delete(command.command);
    setBusy(new Set(waiting.keys()));
  };

  const command = (wanted: DeviceCommand) => {
    if (!isPhoneThere(connection)) return showToast({ kind: "info", text: t("phone.not_there") });
    // A held picture can be let go of without it.
    if (cameraAway && wanted.command !== "freeze") return showToast({ kind: "info", text: t("phone.camera_away") });
    if (next.current.has(wanted.command)) next.current.set(wanted.command, wanted);
    else void run(wanted);
  };
  return { state, camera, cameraAway, busy, outcome, command };
}
