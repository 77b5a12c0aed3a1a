import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import type { MediaFixture, TestPerson } from "./media-fixture.ts";
import { RoomClient } from "./room-client.ts";
import { waitFor } from "./wait-for.ts";

/** A media node in a process of its own, run as it is run for real, on the database of a fixture. */
export class NodeProcess {
  readonly name: string;
  readonly port: number;
  readonly child: Child;
  readonly #clients: RoomClient[] = [];

  private constructor(name: string, port: number, child: Child) {
    this.name = name;
    this.port = port;
    this.child = child;
  }

  /** Resolves when it is ready. `port` is that of an earlier life, whose place this one takes. */
  static async start(
    media: MediaFixture,
    { name = "local", port, extra = {} }: { name?: string; port?: number; extra?: Record<string, string> } = {},
  ): Promise<NodeProcess> {
    const signallingPort = port ?? (await freePort());
    const child = new Child("server/media/main.ts", {
      ...media.environment,
      MEDIA_NODE_NAME: name,
      MEDIA_PORT: String(await freePort()),
      MEDIA_SIGNALLING_PORT: String(signallingPort),
      ...extra,
    });
    const node = new NodeProcess(name, signallingPort, child);
    await node.ready();
    return node;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get path(): string {
    return `/media/${this.name}/socket.io`;
  }

  async ready(): Promise<void> {
    await waitFor(
      "the node to be ready",
      async () => {
        if (!this.child.running) throw new Error("the node has ended", { cause: this.child.lines.join("\n") });
        return (await fetch(`${this.url}/readyz`)).ok;
      },
      30_000,
    );
  }

  /** A socket that is let in, or the refusal as a rejection. */
  async connect(auth: object): Promise<RoomClient> {
    const client = await RoomClient.connect(this.url, this.path, auth);
    this.#clients.push(client);
    return client;
  }

  /** A socket that has entered the room. */
  async enter(person: Pick<TestPerson, "token">): Promise<RoomClient> {
    const client = await this.connect({ token: person.token });
    await client.ask("room.enter", {});
    return client;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    for (const client of this.#clients) client.close();
    return this.child.stop(signal);
  }
}
