/** The environment of an installation that hosts of a network lab reach at this address. */
export function reachableAt(serverAddress: string, port: number): Record<string, string> {
  return {
    PORT: String(port),
    LISTEN_ADDRESS: "0.0.0.0",
    PUBLIC_URL: `http://${serverAddress}:${port}`,
    MEDIA_ANNOUNCED_ADDRESSES: serverAddress,
  };
}
