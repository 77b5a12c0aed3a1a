import { availableParallelism } from "node:os";

/** What a media process of a development instance is told besides what all processes are. */
export interface MediaNodePlan {
  /** In paths and logs. */
  name: string;
  /** UDP and TCP. */
  port: number;
  signallingPort: number;
}

/** Node and its mediasoup worker take about as much each: a media process for two processors, one at least. */
export function usualMediaProcesses(processors = availableParallelism()): number {
  return Math.max(1, Math.floor(processors / 2));
}

/** One node for each signalling port, at media ports that follow each other. The first is called `local`. */
export function planMediaNodes(firstPort: number, signallingPorts: readonly number[]): MediaNodePlan[] {
  return signallingPorts.map((signallingPort, i) => ({
    name: i === 0 ? "local" : `local-${i + 1}`,
    port: firstPort + i,
    signallingPort,
  }));
}

/** `MEDIA_NODES`: where the server finds them. */
export function listMediaNodes(nodes: readonly MediaNodePlan[]): string {
  return nodes.map(({ name, signallingPort }) => `${name}=http://127.0.0.1:${signallingPort}`).join(",");
}
