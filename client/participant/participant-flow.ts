import type { JoinAnswer, JoinInfo } from "@nexbasira/core/contract/join.ts";
import { ApiError } from "@nexbasira/ui/api-error.ts";
import type { CaptureQueue } from "@nexbasira/ui/capture/capture-queue.ts";
import { type Language, supportedLanguage } from "@nexbasira/ui/i18n.ts";
import type { EndPageProps } from "./end/end-page.tsx";
import { type Consents, enterAgain, enterSession, readLink } from "./join-api.ts";
import type { DeadLink } from "./link/link-state-page.tsx";
import { loadCall } from "./live/load-call.ts";
import { openStore } from "./live/open-store.ts";
import { askForMedia } from "./live/phone-media.ts";
import type { Visit } from "./live/visit.ts";
import { allowOfflineOpening, endOfflineOpening } from "./offline/offline-opening.ts";
import { forgetVisit, remembersVisits, type StoredVisit, storedVisit, storeVisit } from "./stored-visit.ts";

const KNOWN_LINK_MS = 5_000;

export type OpenLink = JoinInfo & { session: NonNullable<JoinInfo["session"]> };

/** Where a person is on their way from the link to the end. */
export type Stage =
  | { name: "loading" }
  | { name: "dead"; state: DeadLink; info: JoinInfo | null; queue: CaptureQueue | null }
  | { name: "welcome"; info: OpenLink; busy: boolean; error: unknown }
  | { name: "live"; info: OpenLink; visit: Visit }
  | { name: "replaced"; info: OpenLink; visit: Visit; consents: Consents }
  | { name: "ended"; info: OpenLink; visit: Visit; ending: EndPageProps["ending"] };

/** Leads a person from the link to the end, and back in after a reload. One for a page. */
export class ParticipantFlow {
  readonly token: string;
  readonly #listeners = new Set<() => void>();
  #stage: Stage = { name: "loading" };

  constructor(token: string) {
    this.token = token;
  }

  readonly getStage = (): Stage => this.#stage;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows the link. A visit that a reload cut off goes on at once. */
  readonly load = async (): Promise<void> => {
    this.#go({ name: "loading" });
    const stored = storedVisit(this.token);
    let info: JoinInfo;
    try {
      // Who was in the call already does not have to wait for a network that leads nowhere.
      info = await readLink(this.token, stored === null ? {} : { timeoutMs: KNOWN_LINK_MS });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const goesOn = stored !== null && error.temporary && (await this.#goOnOffline(stored));
      if (!goesOn) {
        const state = error.temporary ? "unreachable" : "unknown";
        this.#go({ name: "dead", state, info: null, queue: stored === null ? null : await lateQueueOf(stored) });
      }
      return;
    }
    if (info.state !== "open" || info.session === null) {
      const state = info.state === "open" ? "unknown" : info.state;
      this.#go({ name: "dead", state, info, queue: stored === null ? null : await lateQueueOf(stored) });
      return;
    }
    const open: OpenLink = { ...info, session: info.session };
    if (stored === null || stored.left) this.#go({ name: "welcome", info: open, busy: false, error: null });
    else await this.#enter(open, stored.consents);
  };

  /** Enters with what the person consents to. */
  readonly enter = async (consents: Consents): Promise<void> => {
    if (this.#stage.name !== "welcome" && this.#stage.name !== "replaced") return;
    const { info } = this.#stage;
    this.#go({ name: "welcome", info, busy: true, error: null });
    await this.#enter(info, consents);
  };

  readonly leave = (): void => {
    if (this.#stage.name !== "live") return;
    const { visit } = this.#stage;
    const stored = storedVisit(this.token);
    if (stored !== null) storeVisit(this.token, { ...stored, left: true });
    void visit.room.leave();
  };

  /** Takes the session over from the device that replaced this one. */
  readonly useThisDevice = async (): Promise<void> => {
    if (this.#stage.name !== "replaced") return;
    const { visit, consents } = this.#stage;
    visit.close();
    await this.enter(consents);
  };

  /** Back to the welcome page, after leaving by one's own will. */
  readonly comeBack = async (): Promise<void> => {
    if (this.#stage.name !== "ended") return;
    this.#stage.visit.close();
    await this.load();
  };

  /** Nothing is left to be sent: this phone forgets what it no longer needs. */
  readonly finish = (): void => {
    const stage = this.#stage;
    if (stage.name === "ended" && stage.ending !== "left") this.#forget(stage.visit.captures);
    // What cannot be asked now may still go on.
    if (stage.name === "dead" && stage.state !== "unreachable") this.#forget(stage.queue);
  };

  #forget(queue: CaptureQueue | null): void {
    forgetVisit(this.token);
    void queue?.forgetVerified();
    if (!remembersVisits()) void endOfflineOpening();
  }

  /** The question for the camera runs beside the one to the server. */
  async #enter(info: OpenLink, consents: Consents): Promise<void> {
    const media = askForMedia(consents);
    try {
      const [, answer] = await Promise.all([
        loadCall(),
        enterSession(this.token, consents, pageLanguage()),
        // Its own failure is told on the live page; here it only has to be heard.
        media.catch(() => undefined),
      ]);
      storeVisit(this.token, { consents, answer, info, left: false });
      await this.#goLive(info, consents, answer, media);
    } catch (error) {
      const stored = storedVisit(this.token);
      const temporary = error instanceof ApiError && error.temporary;
      if (temporary && stored !== null && (await this.#goOnOffline(stored, media))) return;
      stopTracks(await media.catch(() => null));
      if (error instanceof ApiError && error.code === "gone") await this.load();
      else this.#go({ name: "welcome", info, busy: false, error });
    }
  }

  /** The visit that this phone remembers, without the server: camera and captures work, all else as soon as it answers. */
  async #goOnOffline(
    { info, answer, consents, left }: StoredVisit,
    media: Promise<MediaStream | null> = askForMedia(consents),
  ): Promise<boolean> {
    const { session } = info;
    if (left || session === null || Date.parse(session.expires_at) < Date.now()) return false;
    // Its own failure is told on the live page.
    media.catch(() => undefined);
    try {
      await this.#goLive({ ...info, session }, consents, answer, media);
      return true;
    } catch {
      // This phone has not kept the call's scripts.
      stopTracks(await media.catch(() => null));
      return false;
    }
  }

  async #goLive(
    info: OpenLink,
    consents: Consents,
    answer: JoinAnswer,
    media: Promise<MediaStream | null>,
  ): Promise<void> {
    const { Visit } = await loadCall();
    const visit = new Visit({
      answer,
      consents,
      store: await openStore(),
      rejoin: async () => {
        const again = await enterAgain(this.token, consents, pageLanguage());
        if (typeof again !== "string") storeVisit(this.token, { consents, answer: again, info, left: false });
        return again;
      },
    });
    void visit.media.open(media);
    visit.room.subscribe(() => this.#followRoom(visit, info, consents));
    this.#go({ name: "live", info, visit });
    allowOfflineOpening();
  }

  #followRoom(visit: Visit, info: OpenLink, consents: Consents): void {
    const { phase, ending } = visit.room.getSnapshot();
    if (phase !== "ended" || ending === null || this.#stage.name !== "live") return;
    // The camera's light goes out; what is not sent yet is sent.
    visit.media.close();
    if (ending === "replaced") this.#go({ name: "replaced", info, visit, consents });
    else if (ending !== "refused") this.#go({ name: "ended", info, visit, ending });
    else {
      visit.close();
      void this.load();
    }
  }

  #go(stage: Stage): void {
    this.#stage = stage;
    for (const listener of this.#listeners) listener();
  }
}

/** Fetched only where an earlier visit left something. */
async function lateQueueOf(stored: StoredVisit): Promise<CaptureQueue> {
  const { lateQueue } = await import("./live/late-queue.ts");
  return lateQueue(stored.answer);
}

function stopTracks(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function pageLanguage(): Language {
  return supportedLanguage(document.documentElement.lang) ?? "en";
}
