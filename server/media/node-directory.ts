import type { Database } from "@nexbasira/core/database/database.ts";
import {
  announceMediaNode,
  claimRooms,
  findMediaNode,
  listMediaNodes,
  nodeOfRoom,
  placeRoom,
  releaseRoom,
  withdrawMediaNode,
} from "@nexbasira/core/database/media-nodes.ts";
import type { MediaNode } from "./media-node.ts";

/** How long a node or a room is believed in without a word of it. */
export const LEASE_MS = 10_000;

/** The media nodes and what lives on them. Every method rejects while that cannot be known. */
export interface NodeDirectory {
  /** The node of a session's room, or the least loaded one for a room that has none; undefined where no node is there. */
  place(sessionId: string): Promise<MediaNode | undefined>;
  /** A node by its name, also one that takes no further rooms. */
  find(name: string): Promise<MediaNode | undefined>;
  /** Those that take rooms, the least loaded first. */
  living(): Promise<MediaNode[]>;
  announce(node: MediaNode, load: number): Promise<void>;
  /** No further rooms for this node, at once; its own may be taken by others. */
  withdraw(name: string): Promise<void>;
  /** Takes or renews the rooms for a node; those that another living node has are returned. */
  claim(name: string, sessionIds: readonly string[]): Promise<string[]>;
  release(name: string, sessionId: string): Promise<void>;
  /** The name of the node that a room lives on. */
  nodeOf(sessionId: string): Promise<string | undefined>;
  close(): void;
}

/** The directory in the database, for the nodes of one machine without Redis. */
export function databaseDirectory(database: Database): NodeDirectory {
  return {
    place: (sessionId) => placeRoom(database, sessionId, LEASE_MS),
    find: (name) => findMediaNode(database, name),
    living: () => listMediaNodes(database),
    announce: (node, load) => announceMediaNode(database, { ...node, load }, LEASE_MS),
    withdraw: (name) => withdrawMediaNode(database, name),
    claim: async (node, session_ids) =>
      session_ids.length === 0 ? [] : claimRooms(database, { node, session_ids, lease_ms: LEASE_MS }),
    release: (name, sessionId) => releaseRoom(database, name, sessionId),
    nodeOf: (sessionId) => nodeOfRoom(database, sessionId),
    close: () => {},
  };
}
