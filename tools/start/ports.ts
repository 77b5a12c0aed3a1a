import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** A TCP port on loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("A TCP server has no port.");
  return address.port;
}

/** So many TCP ports on loopback, each another. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

/** Whether a port can be listened on at every address, as the servers do. */
export async function isFree(port: number, protocol: "tcp" | "udp"): Promise<boolean> {
  try {
    if (protocol === "tcp") {
      const server = createServer();
      server.listen(port);
      await once(server, "listening");
      await new Promise((resolve) => server.close(resolve));
    } else {
      const socket = createSocket("udp4");
      socket.bind(port);
      await once(socket, "listening");
      await new Promise<void>((resolve) => socket.close(resolve));
    }
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES"))
      return false;
    throw error;
  }
}
