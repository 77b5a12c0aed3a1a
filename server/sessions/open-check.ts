import { randomUUID } from "node:crypto";
import type { CheckAnswer } from "@nexbasira/core/contract/check.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ServerContext } from "../context.ts";
import { iceServersFor } from "../media/ice-servers.ts";
import type { OpenedLink } from "./describe-link.ts";

/** Long enough to read what the check asks for, and to do it. */
const TOKEN_S = 300;
/** As long as the check itself may take after that. */
const TURN_S = 600;

type Context = Pick<ServerContext, "configuration" | "links" | "mediaNodes">;

/** For whoever holds a link that is open. Nothing of its session is entered, begun or told. */
export function openCheckByLink(context: Context, { state }: OpenedLink): Promise<CheckAnswer> {
  if (state !== "open") throw new AppError("gone", "This link no longer leads anywhere.");
  return openCheck(context);
}

/** A token for a check, and TURN credentials that end soon; the least loaded media node. */
export async function openCheck({ configuration, links, mediaNodes }: Context): Promise<CheckAnswer> {
  const node = await mediaNodes.anyNode();
  const expires_at = Math.floor(Date.now() / 1000) + TOKEN_S;
  return {
    socket_path: `/media/${node.name}/socket.io`,
    token: links.check.seal({ check: 1, expires_at }),
    ice_servers: iceServersFor(`check-${randomUUID()}`, configuration.media.turn, { lifeS: TURN_S }),
  };
}
