import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** What is counted while it happens; the rest is read when it is asked for. */
export interface MediaMetrics {
  readonly journalBytes: Counter;
  readonly messages: Counter<"name" | "outcome">;
}

export interface MediaCounts {
  rooms: number;
  people: number;
  producers: number;
  /** Rooms that are to be recorded and are not, because their journals cannot be written. */
  unrecorded_rooms: number;
}

/** The metrics of one media process, in a registry of its own. */
export class MediaMetricsRegistry implements MediaMetrics {
  readonly #registry = new Registry();
  readonly journalBytes: Counter;
  readonly messages: Counter<"name" | "outcome">;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.journalBytes = new Counter({
      name: "nexbasira_media_journal_bytes_total",
      help: "Bytes of RTP handed to journals.",
      registers,
    });
    this.messages = new Counter({
      name: "nexbasira_media_messages_total",
      help: "Messages of room sockets by name and by how they were answered.",
      labelNames: ["name", "outcome"],
      registers,
    });
  }

  /** What is read at each scrape. `workerCpuSeconds` may reject once the worker is gone. */
  observe(sources: { counts: () => MediaCounts; workerCpuSeconds: () => Promise<number> }): void {
    const registers = [this.#registry];
    const gauge = (name: keyof MediaCounts, help: string) =>
      new Gauge({
        name: `nexbasira_media_${name}`,
        help,
        registers,
        collect() {
          this.set(sources.counts()[name]);
        },
      });
    gauge("rooms", "Rooms that are open.");
    gauge("people", "People in rooms.");
    gauge("producers", "Streams that are received.");
    gauge("unrecorded_rooms", "Rooms whose recording fails: their journals cannot be written. Above 0 is an alarm.");
    new Gauge({
      name: "nexbasira_media_worker_cpu_seconds_total",
      help: "Processor time of the mediasoup worker.",
      registers,
      async collect() {
        this.set(await sources.workerCpuSeconds());
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The exposition format of Prometheus. */
  metrics(): Promise<string> {
    return this.#registry.metrics();
  }
}
