import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";
import { click, launchOptions, testId, waitForMotion } from "./browser.ts";
import { loadPhoto, setPhotoNumber } from "./numbered-photos.ts";
import { waitFor } from "./wait-for.ts";

const VIEWPORT = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const LIMIT_MS = 30_000;
/** Signals are for whoever uses the phone: puppeteer would end the process before anything is cleaned up. */
const NO_SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

/** A phone whose browser keeps its profile: it can be killed and opened again with all that it kept. */
export class LastingPhone {
  readonly #profile: string;
  readonly #link: string;
  #browser: Browser | undefined;
  #page: Page | undefined;
  #loaded: Buffer | undefined;

  private constructor(profile: string, link: string) {
    this.#profile = profile;
    this.#link = link;
  }

  /** In the call by this link. */
  static async enter(link: string): Promise<LastingPhone> {
    const phone = new LastingPhone(await mkdtemp(join(tmpdir(), "nexbasira-phone-")), link);
    try {
      await phone.open();
      await click(phone.page, "join");
      await phone.live();
    } catch (error) {
      await phone.close();
      throw error;
    }
    return phone;
  }

  get page(): Page {
    if (!this.#page) throw new Error("the phone's browser is not open");
    return this.#page;
  }

  /** Opens the browser at the link. */
  async open(): Promise<void> {
    this.#browser = await launch({ ...launchOptions(), ...NO_SIGNALS, userDataDir: this.#profile });
    const [first] = await this.#browser.pages();
    this.#page = first ?? (await this.#browser.newPage());
    await this.page.setViewport(VIEWPORT);
    await this.page.goto(this.#link, { waitUntil: "domcontentloaded" });
    this.#loaded = undefined;
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    this.#loaded = undefined;
  }

  /** Ends it as a phone does that needs the memory, or whose battery is empty. */
  async kill(): Promise<void> {
    const process = this.#browser?.process();
    if (!process) throw new Error("the phone's browser is not open");
    const ended = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGKILL");
    await ended;
    this.#page = undefined;
  }

  /** Waits for the page of the call, with its camera on. */
  async live(): Promise<void> {
    await waitForMotion(this.page, "live", 3, LIMIT_MS);
    await this.page.waitForSelector(`${testId("shutter")}:not([disabled])`, { timeout: LIMIT_MS });
  }

  /** Takes a photo, which is numbered, and waits until the page says that it keeps it. */
  async takePhoto(photo: Buffer, number: number): Promise<void> {
    const before = await this.count("count");
    if (this.#loaded !== photo) await loadPhoto(this.page, photo);
    this.#loaded = photo;
    await setPhotoNumber(this.page, number);
    await this.page.waitForSelector(`${testId("shutter")}:not([disabled])`, { timeout: LIMIT_MS });
    await this.page.$eval(testId("shutter"), (button) => button instanceof HTMLElement && button.click());
    await waitFor(`photo ${number} on the phone`, async () => (await this.count("count")) === before + 1, LIMIT_MS);
  }

  /** Of the captures: how many there are, or how many still have to be received. */
  count(of: "count" | "waiting"): Promise<number> {
    return this.page.$eval(
      testId("stack"),
      (stack, name) => Number(stack instanceof HTMLElement ? stack.dataset[name] : Number.NaN),
      of,
    );
  }

  /** Waits until the phone can open its page without a network. */
  async opensOffline(): Promise<void> {
    await waitFor(
      "the service worker",
      () => this.page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/s/"))?.active !== null),
      LIMIT_MS,
    );
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  }

  async close(): Promise<void> {
    // In good order it would wait for pages that wait for a network.
    if (this.#page) await this.kill();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
