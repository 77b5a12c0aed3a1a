import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { isGone, type MediaNode } from "./media-node.ts";
import { databaseDirectory, type NodeDirectory } from "./node-directory.ts";
import { RedisDirectory } from "./redis-directory.ts";

/** Where sessions' rooms are. */
export interface MediaNodes {
  /** The node that the session's room lives on, or will. @throws {AppError} unavailable where none is there. */
  placeSession(sessionId: string): Promise<MediaNode>;
  /** The least loaded one. @throws {AppError} unavailable where none is there. */
  anyNode(): Promise<MediaNode>;
  /**
   * The node of that name, for passing connections on to it; another one where that is dead, which takes the room or
   * says where it is. Undefined where there is none.
   */
  findNode(name: string): Promise<MediaNode | undefined>;
  close(): void;
}

type MediaConfiguration = Pick<Configuration["media"], "nodeName" | "nodes" | "signallingPort">;
type NodesConfiguration = Pick<Configuration, "redisUrl" | "media">;

/** Several nodes say in a directory who they are; the one node of a configuration needs none. */
export function openMediaNodes(
  configuration: NodesConfiguration,
  database: Database,
  onError: (error: Error) => void,
): MediaNodes {
  const directory = openDirectory(configuration, database, onError);
  const { media } = configuration;
  if (!directory) return new ConfiguredNode(soleNode(media));
  return new ListedNodes(directory, media.nodes.length > 0 ? media.nodes : [soleNode(media)]);
}

/** In Redis where that is configured, else in the database where the configuration names more than one node. */
export function openDirectory(
  { redisUrl, media }: NodesConfiguration,
  database: Database,
  onError: (error: Error) => void,
): NodeDirectory | undefined {
  if (redisUrl !== null) return new RedisDirectory(redisUrl, onError);
  return media.nodes.length > 1 ? databaseDirectory(database) : undefined;
}

function soleNode({ nodeName, nodes, signallingPort }: MediaConfiguration): MediaNode {
  return nodes[0] ?? { name: nodeName, url: `http://127.0.0.1:${signallingPort}` };
}

/**
 * How the media process of this configuration is called and reached: by the list of nodes, or on this machine.
 *
 * @throws where there is a list that does not name it: the others could not reach it.
 */
export function ownNode({ nodeName, nodes, signallingPort }: MediaConfiguration): MediaNode {
  const own = nodes.find(({ name }) => name === nodeName);
  if (nodes.length > 0 && !own) throw new Error(`MEDIA_NODES does not name this node, ${nodeName}`);
  return own ?? { name: nodeName, url: `http://127.0.0.1:${signallingPort}` };
}

class ConfiguredNode implements MediaNodes {
  readonly #node: MediaNode;

  constructor(node: MediaNode) {
    this.#node = node;
  }

  async placeSession(): Promise<MediaNode> {
    return this.#node;
  }

  async anyNode(): Promise<MediaNode> {
    return this.#node;
  }

  async findNode(name: string): Promise<MediaNode | undefined> {
    return name === this.#node.name ? this.#node : undefined;
  }

  close(): void {}
}

class ListedNodes implements MediaNodes {
  readonly #directory: NodeDirectory;
  /** Where nodes were found the last time, or should be. */
  readonly #known: Map<string, MediaNode>;

  constructor(directory: NodeDirectory, configured: readonly MediaNode[]) {
    this.#directory = directory;
    this.#known = new Map(configured.map((node) => [node.name, node]));
  }

  async placeSession(sessionId: string): Promise<MediaNode> {
    let node: MediaNode | undefined;
    try {
      node = await this.#place(sessionId);
    } catch (error) {
      // Placed by guess, a room could be opened twice.
      throw new AppError("unavailable", "It cannot be told where the call is. Try again in a moment.", {
        cause: error,
      });
    }
    if (!node) throw new AppError("unavailable", "No media node is there. Try again in a moment.");
    return node;
  }

  async anyNode(): Promise<MediaNode> {
    const [node] = await this.#directory.living();
    if (!node) throw new AppError("unavailable", "No media node is there. Try again in a moment.");
    return node;
  }

  async findNode(name: string): Promise<MediaNode | undefined> {
    try {
      return await this.#findLiving(name);
    } catch (error) {
      // People whose socket broke come back to their room also while the directory is away.
      const known = this.#known.get(name);
      if (known) return known;
      throw error;
    }
  }

  close(): void {
    this.#directory.close();
  }

  async #findLiving(name: string): Promise<MediaNode | undefined> {
    const node = await this.#directory.find(name);
    if (node && !(await isGone(node))) {
      this.#known.set(name, node);
      return node;
    }
    if (node) await this.#directory.withdraw(name);
    const [other] = await this.#directory.living();
    return other;
  }

  /** A node that was killed is believed in until its lease ends: people who come back at once do not wait for that. */
  async #place(sessionId: string): Promise<MediaNode | undefined> {
    const node = await this.#directory.place(sessionId);
    if (!node || !(await isGone(node))) return node;
    await this.#directory.withdraw(node.name);
    return this.#place(sessionId);
  }
}
