import { cpus, loadavg, release, totalmem, type } from "node:os";

/**
 * What this machine is, and how busy it was from now until the returned function is called: the load average counts the
 * processes that want a processor, those of the bench among them.
 */
export function describeMachine(): () => string {
  const before = load();
  const [processor] = cpus();
  const memory_gb = Math.round(totalmem() / 1024 ** 3);
  const machine = `${cpus().length} × ${processor?.model.trim()}, ${memory_gb} GB, ${type()} ${release()}`;
  return () => `${machine}, Node ${process.versions.node}, load ${before} to ${load()}`;
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
