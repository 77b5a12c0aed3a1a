import type { DeviceCommand } from "@nexbasira/core/contract/device.ts";
import type { CommandDone, Notice } from "@nexbasira/core/contract/signalling.ts";
import { CameraRefused } from "./phone-camera.ts";
import type { PhoneMedia } from "./phone-media.ts";

/** What the person is asked for, because the phone cannot do it alone. */
export interface CommandPrompt {
  by: string;
  command: DeviceCommand;
  /** `camera_off` and `away` go on with a press; `by_hand` is for the person to do. */
  why: "camera_off" | "away" | "by_hand";
}

/** A camera that was just lost is mostly back within this time, ms; the room waits for an answer for 10 s. */
const BACK_WITHIN_MS = 4_000;

/**
 * Does what the inspector wants of the phone: by itself where it can, by asking the person where they can. Only one thing
 * is asked at a time, the last.
 */
export class InspectorCommands {
  readonly #media: PhoneMedia;
  readonly #listeners = new Set<() => void>();
  #prompt: CommandPrompt | null = null;

  constructor(media: PhoneMedia) {
    this.#media = media;
  }

  /** For `useSyncExternalStore`. */
  readonly getPrompt = (): CommandPrompt | null => this.#prompt;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Never rejects. */
  readonly run = async ({ by, command }: Notice<"device.commanded">): Promise<CommandDone> => {
    if (command.command === "freeze" && !command.on) {
      this.#media.camera.release();
      return { ok: true, outcome: "done" };
    }
    if (document.visibilityState === "hidden") return this.#ask({ by, command, why: "away" });
    const state = await this.#settledCamera();
    if (state === "missing" || state === "unsupported") {
      return { ok: false, code: "no_camera", message: "The phone gives no camera to the page." };
    }
    if (state !== "on") return this.#ask({ by, command, why: "camera_off" });
    try {
      await this.#perform(command, by);
      this.#set(null);
      return { ok: true, outcome: "done" };
    } catch (error) {
      if (!(error instanceof CameraRefused)) throw error;
      if (error.code === "not_supported" && canBeDoneByHand(command)) {
        return this.#ask({ by, command, why: "by_hand" });
      }
      return { ok: false, code: error.code, message: error.message };
    }
  };

  /** The person pressed the prompt's button. False where the phone did not do it all the same. */
  async accept(): Promise<boolean> {
    const prompt = this.#prompt;
    if (prompt === null) return true;
    this.#set(null);
    if (prompt.why === "by_hand") return true;
    if (this.#media.getSnapshot().camera !== "on") await this.#media.openSource("camera");
    // What could not be had is shown by the page itself, with the way to allow it.
    if (this.#media.getSnapshot().camera !== "on") return true;
    try {
      await this.#perform(prompt.command, prompt.by);
      return true;
    } catch (error) {
      if (!(error instanceof CameraRefused)) throw error;
      return false;
    }
  }

  dismiss(): void {
    this.#set(null);
  }

  async #perform(command: DeviceCommand, by: string): Promise<void> {
    const { camera, video } = this.#media;
    switch (command.command) {
      case "torch":
        return camera.setTorch(command.on);
      case "zoom":
        return camera.setZoom(command.factor);
      case "lens":
        return camera.setLens(command.lens_id);
      case "resolution":
        return camera.setResolution(command.resolution);
      case "freeze":
        return command.on ? camera.hold(video, by) : camera.release();
    }
  }

  /** The camera's state, once it is no longer on its way. */
  #settledCamera(): Promise<ReturnType<PhoneMedia["getSnapshot"]>["camera"]> {
    const state = () => this.#media.getSnapshot().camera;
    if (state() !== "opening") return Promise.resolve(state());
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(limit);
        stop();
        resolve(state());
      };
      const limit = setTimeout(done, BACK_WITHIN_MS);
      const stop = this.#media.subscribe(() => state() !== "opening" && done());
    });
  }

  #ask(prompt: CommandPrompt): CommandDone {
    this.#set(prompt);
    return { ok: true, outcome: "asked" };
  }

  #set(prompt: CommandPrompt | null): void {
    if (this.#prompt === prompt) return;
    this.#prompt = prompt;
    for (const listener of this.#listeners) listener();
  }
}

/** A light can be switched on beside the page, and who cannot zoom can go nearer. */
function canBeDoneByHand(command: DeviceCommand): boolean {
  return (command.command === "torch" && command.on) || command.command === "zoom";
}
