import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import { findParticipant } from "@nexbasira/core/database/participants.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { z } from "zod";
import type { RoomServices } from "../media/room-services.ts";

const Handshake = z.object({ token: z.string().max(4096) });

/**
 * Who a socket belongs to, by the access token that the join answer gave them.
 *
 * @throws {AppError} authentication_error for a token that is forged or over, gone where the session is, conflict where
 * another device has the person's place.
 */
export async function authenticateSocket(
  { database, links }: Pick<RoomServices, "database" | "links">,
  auth: unknown,
): Promise<AccessClaims> {
  const handshake = Handshake.safeParse(auth);
  const claims = handshake.success ? links.access.open(handshake.data.token) : undefined;
  if (!claims || claims.expires_at * 1000 <= Date.now()) {
    throw new AppError("authentication_error", "The access token is not valid.");
  }
  const session = await findSession(database, claims.session_id);
  const participant = await findParticipant(database, claims.participant_id);
  // A member who comes back with another role has a new token; the one before is not a way to keep the old role.
  if (!session || participant?.session_id !== session.id || participant.role !== claims.role) {
    throw new AppError("authentication_error", "The access token is not valid.");
  }
  // An inspector may wait for a participant who has not opened the link yet.
  const open = session.status === "active" || (session.status === "pending" && claims.role !== "participant");
  if (!open) throw new AppError("gone", session.status);
  if (participant.device_id !== claims.device_id) {
    throw new AppError("conflict", "Another device has taken this place.");
  }
  return claims;
}
