import { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";

/** Seconds. A window begins with the first request that is counted in it. */
const WINDOW_S = 60;

/** Far longer than Redis takes in good times; no longer than a request may be kept waiting when it hangs. */
const ANSWER_LIMIT_MS = 250;
const CONNECT_LIMIT_MS = 1_000;
const RECONNECT_MS = 500;

/** One of those that a request is counted for, and how many requests a window permits it. */
export interface Counted {
  id: string;
  limit: number;
}

export interface RateLimitState {
  limit: number;
  remaining: number;
  /** Whole seconds until the window has ended, at least 1. */
  reset_s: number;
  exceeded: boolean;
}

/**
 * Counts requests in windows of 60 s: in Redis for all servers together, without it in this process. While Redis is
 * away, hangs or fails, each process counts for itself: no request fails for it, and none waits longer than 250 ms for
 * each count.
 */
export class RateLimits {
  readonly #redis: Redis | null;
  readonly #limiter: RateLimiterRedis | RateLimiterMemory;
  /** The windows that this process knows to be used up, by their ends: refusing goes on without asking Redis. */
  readonly #usedUp = new Map<string, number>();

  /** `onError` hears once of each time that Redis does not count. */
  constructor({ redisUrl }: { redisUrl: string | null }, onError: (error: Error) => void) {
    // Each caller has a limit of its own, so the limiter only counts: nothing exceeds what it is given.
    const options = { points: Number.MAX_SAFE_INTEGER, duration: WINDOW_S, keyPrefix: "nexbasira:requests" };
    if (redisUrl === null) {
      this.#redis = null;
      this.#limiter = new RateLimiterMemory(options);
      return;
    }
    const redis = connect(redisUrl);
    let reported = false;
    const report = (error: Error) => {
      if (!reported) onError(error);
      reported = true;
    };
    redis.on("error", report);
    redis.on("ready", () => {
      reported = false;
    });
    const insuranceLimiter = new Insurance(options, () => {
      // A connection that is there, and nothing counted: no permission, no memory, a replica, or too slow.
      if (redis.status === "ready") report(new Error("Redis does not count requests in time"));
    });
    this.#redis = redis;
    this.#limiter = new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter,
    });
  }

  /**
   * Counts one request for each of these, in their order, and returns the state of the one that has the fewest left.
   * It ends at the first that is exceeded: what a key is refused is not taken from its organization.
   */
  async consume(...counted: readonly [Counted, ...Counted[]]): Promise<RateLimitState> {
    const [first, ...others] = counted;
    let narrowest = await this.#count(first);
    for (const other of others) {
      if (narrowest.exceeded) break;
      const state = await this.#count(other);
      if (state.remaining < narrowest.remaining || state.exceeded) narrowest = state;
    }
    return narrowest;
  }

  /** The state of one whose window this process knows to be used up; it counts nothing. */
  usedUp({ id, limit }: Counted): RateLimitState | undefined {
    const ends = this.#usedUp.get(id);
    return ends === undefined
      ? undefined
      : { limit, remaining: 0, reset_s: secondsOf(ends - Date.now()), exceeded: true };
  }

  async #count(counted: Counted): Promise<RateLimitState> {
    const { id, limit } = counted;
    const known = this.usedUp(counted);
    if (known) return known;
    const { consumedPoints, msBeforeNext } = await this.#limiter.consume(id);
    const exceeded = consumedPoints > limit;
    if (exceeded) this.#rememberUsedUp(id, msBeforeNext);
    return { limit, remaining: Math.max(limit - consumedPoints, 0), reset_s: secondsOf(msBeforeNext), exceeded };
  }

  #rememberUsedUp(id: string, forMs: number): void {
    this.#usedUp.set(id, Date.now() + forMs);
    setTimeout(() => this.#usedUp.delete(id), forMs).unref();
  }

  /** Idempotent. */
  close(): void {
    this.#redis?.disconnect();
  }
}

function secondsOf(ms: number): number {
  return Math.max(Math.ceil(ms / 1000), 1);
}

/** What cannot be sent or is not answered at once fails at once: counting is not worth waiting for. */
function connect(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_LIMIT_MS,
    // A Redis that hangs loses its connection, so that only the requests of the first moment wait for it.
    socketTimeout: ANSWER_LIMIT_MS,
    connectTimeout: CONNECT_LIMIT_MS,
    retryStrategy: () => RECONNECT_MS,
  });
}

/** Counts in this process what Redis did not, and says so. */
class Insurance extends RateLimiterMemory {
  readonly #onUse: () => void;

  constructor(options: ConstructorParameters<typeof RateLimiterMemory>[0], onUse: () => void) {
    super(options);
    this.#onUse = onUse;
  }

  override consume(...request: Parameters<RateLimiterMemory["consume"]>) {
    this.#onUse();
    return super.consume(...request);
  }
}
