import { connect } from "node:net";

/** A media process: its name in paths, and where its signalling is reached inside the network. */
export interface MediaNode {
  name: string;
  url: string;
}

/** What says that there is nobody at an address, and not merely that they are slow. */
const NOBODY = ["ECONNREFUSED", "EHOSTUNREACH", "ENOTFOUND"];
const PROBE_MS = 500;

/**
 * Whether the node's process is gone for certain: nobody listens where it did. One that does not answer may be busy; its
 * lease decides.
 */
export function isGone({ url }: MediaNode): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || (protocol === "https:" ? 443 : 80)) });
    const answer = (gone: boolean) => {
      socket.destroy();
      resolve(gone);
    };
    socket.setTimeout(PROBE_MS, () => answer(false));
    socket.once("connect", () => answer(false));
    socket.once("error", (error: NodeJS.ErrnoException) => answer(NOBODY.includes(error.code ?? "")));
  });
}
