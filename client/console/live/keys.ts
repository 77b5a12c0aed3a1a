/** What a single key does on the live page. */
export const LIVE_KEYS = {
  photo: " ",
  freeze: "f",
  clip: "c",
  mark: "shift+c",
  board: "b",
  save: "s",
  torch: "t",
  zoom_in: "z",
  zoom_out: "shift+z",
  lens: "l",
  resolution: "r",
  mute: "m",
  camera: "v",
  signature: "g",
  end: "e",
  back: "escape",
  help: "?",
} as const;
export type LiveAction = keyof typeof LIVE_KEYS;

export const LIVE_ACTIONS = Object.keys(LIVE_KEYS) as LiveAction[];

/** What an observer may do, who watches and talks. */
export const OBSERVER_ACTIONS: readonly LiveAction[] = ["mute", "help"];

/** The same keys as `aria-keyshortcuts` and the page's key caps write them. */
export const SHORTCUTS: Record<LiveAction, string> = {
  photo: "Space",
  freeze: "F",
  clip: "C",
  mark: "Shift+C",
  board: "B",
  save: "S",
  torch: "T",
  zoom_in: "Z",
  zoom_out: "Shift+Z",
  lens: "L",
  resolution: "R",
  mute: "M",
  camera: "V",
  signature: "G",
  end: "E",
  back: "Escape",
  help: "?",
};

export interface KeyPress {
  /** As the browser names it: " ", "f", "F", "?", "Escape". */
  key: string;
  shift: boolean;
  /** Control, Command or Alt is held: then it is the browser's or the system's. */
  modified: boolean;
  /** Held down. */
  repeated: boolean;
  /** In a field where text is written. */
  typing: boolean;
  /** On a control that the space bar presses. */
  onControl: boolean;
}

/** What a key press means, if anything: nothing while text is written, nothing that a control takes for itself. */
export function actionOfKey(press: KeyPress): LiveAction | undefined {
  if (press.modified || press.repeated || press.typing) return undefined;
  if (press.onControl && press.key === " ") return undefined;
  const key = press.key.toLowerCase();
  // A sign such as "?" is typed with shift on some keyboards and without on others; letters tell the two apart.
  const name = press.shift && /^\p{Letter}$/u.test(key) ? `shift+${key}` : key;
  return LIVE_ACTIONS.find((action) => LIVE_KEYS[action] === name);
}

const SPACE_PRESSES =
  "button, a[href], summary, input, select, [role='button'], [role='switch'], [role='checkbox'], [role='radio'], [role='tab'], [role='menuitem'], [role='slider'], video, audio";
const TEXT_FIELDS =
  "textarea, select, [contenteditable='true'], input:not([type='checkbox'], [type='radio'], [type='button'], [type='range'], [type='color'])";

/** A browser's key event as the map above understands it. */
export function keyPressOf(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof Element ? event.target : null;
  return {
    key: event.key,
    shift: event.shiftKey,
    modified: event.ctrlKey || event.metaKey || event.altKey,
    repeated: event.repeat,
    typing: target?.closest(TEXT_FIELDS) != null,
    onControl: target?.closest(SPACE_PRESSES) != null,
  };
}
