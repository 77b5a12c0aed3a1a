import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { NodeDirectory } from "./node-directory.ts";

/** A media process: its name in paths, and where its signalling is reached inside the network. */
export interface MediaNode {
  name: string;
  url: string;
}

/** Where sessions' rooms are. */
export interface MediaNodes {
  /** The node that the session's room lives on, or will. @throws {AppError} unavailable where none is there. */
  placeSession(sessionId: string): Promise<MediaNode>;
  /** The node of that name, for passing connections on to it; undefined where there is none. */
  findNode(name: string): Promise<MediaNode | undefined>;
  close(): void;
}

/** By Redis where it is configured: nodes announce themselves there. Otherwise there is the one node of the configuration. */
export function openMediaNodes(
  configuration: Pick<Configuration, "redisUrl" | "media">,
  onError: (error: Error) => void,
): MediaNodes {
  if (configuration.redisUrl !== null) return new AnnouncedNodes(configuration.redisUrl, onError);
  return new ConfiguredNode(ownNode(configuration.media));
}

/** How the node of this configuration is called and reached. */
export function ownNode(media: Pick<Configuration["media"], "nodeName" | "nodes" | "signallingPort">): MediaNode {
  const url = `http://127.0.0.1:${media.signallingPort}`;
  return media.nodes.find((node) => node.name === media.nodeName) ?? media.nodes[0] ?? { name: media.nodeName, url };
}

class ConfiguredNode implements MediaNodes {
  readonly #node: MediaNode;

  constructor(node: MediaNode) {
    this.#node = node;
  }

  async placeSession(): Promise<MediaNode> {
    return this.#node;
  }

  async findNode(name: string): Promise<MediaNode | undefined> {
    return name === this.#node.name ? this.#node : undefined;
  }

  close(): void {}
}

class AnnouncedNodes implements MediaNodes {
  readonly #directory: NodeDirectory;

  constructor(redisUrl: string, onError: (error: Error) => void) {
    this.#directory = new NodeDirectory(redisUrl, onError);
  }

  async placeSession(sessionId: string): Promise<MediaNode> {
    let node: MediaNode | undefined;
    try {
      node = await this.#directory.place(sessionId);
    } catch (error) {
      // Placed by guess, a room could be opened twice.
      throw new AppError("unavailable", "It cannot be told where the call is. Try again in a moment.", {
        cause: error,
      });
    }
    if (!node) throw new AppError("unavailable", "No media node is there. Try again in a moment.");
    return node;
  }

  findNode(name: string): Promise<MediaNode | undefined> {
    return this.#directory.find(name);
  }

  close(): void {
    this.#directory.close();
  }
}
