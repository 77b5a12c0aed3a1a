import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { Me, Outbox } from "@nexbasira/core/contract/console.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { StaffJoinRequest } from "@nexbasira/core/contract/join.ts";
import { listOutboxMessages } from "@nexbasira/core/database/outbox-messages.ts";
import { type Request, Router } from "express";
import type { ServerContext } from "../context.ts";
import { authenticateMember, type Caller, type Member } from "../http/authenticate.ts";
import { ownSession } from "../http/own-session.ts";
import { ROLE_PERMISSIONS } from "../http/permissions.ts";
import { parse } from "../http/problem.ts";
import { enterAsStaff } from "../sessions/enter-session.ts";
import { loadSessionDetail } from "./load-session-detail.ts";
import type { SessionStream } from "./session-stream.ts";

const OUTBOX_MESSAGES = 100;

/** What the console reads besides the public API, by the member's cookie. */
export function consoleRoutes(context: ServerContext, stream: SessionStream): Router {
  const router = Router();
  const asCaller = (member: Member): Caller => ({
    org_id: member.organization.id,
    mode: null,
    actor: { type: "member", id: String(member.user_id) },
    permissions: new Set(ROLE_PERMISSIONS[member.role]),
    member,
  });

  router.get("/console/api/me", async (request, response) => {
    const member = await authenticateMember(context, request);
    response.json({
      user: { id: String(member.user_id), name: member.name, email: member.email },
      organization: member.organization,
      role: member.role,
      development: context.configuration.development,
    } satisfies Me);
  });

  router.get("/console/api/sessions/:id", async (request, response) => {
    const member = await authenticateMember(context, request);
    const session = await ownSession(context.database, asCaller(member), request.params.id);
    response.json(await loadSessionDetail(context, session));
  });

  router.post("/console/api/sessions/:id/join", async (request, response) => {
    const member = await authenticateMember(context, request as Request);
    const body = parse(StaffJoinRequest, request.body);
    if (body.role === "inspector" && member.role === "observer") {
      throw new AppError("permission_denied", "An observer may watch and talk, not inspect.");
    }
    const session = await ownSession(context.database, asCaller(member), request.params.id);
    response.json(await enterAsStaff(context, session, member, body));
  });

  router.get("/console/api/events", async (request, response) => {
    const member = await authenticateMember(context, request);
    stream.subscribe(member.organization.id, response);
  });

  router.get("/console/api/outbox", async (request, response) => {
    const orgId = await outboxReader(context, request);
    const messages = await listOutboxMessages(context.database, { org_id: orgId, limit: OUTBOX_MESSAGES });
    const { publicUrl, phoneUrl } = context.links;
    response.json({
      data: messages.map((message) => ({
        id: message.id,
        channel: message.channel,
        to: message.recipient,
        subject: message.subject,
        text: message.body_text,
        html: message.body_html,
        link: message.link,
        phone_link: phoneUrl && message.link.replace(publicUrl, phoneUrl),
        created_at: toTimestamp(message.created_at),
      })),
    } satisfies Outbox);
  });

  return router;
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Who reads the outbox: a member their organization's; in development, somebody at this very machine everything
 * (undefined), so that a newcomer's first link is one click away. The host's name is checked too: a page elsewhere
 * whose name was made to resolve to this machine must not read it.
 */
async function outboxReader(context: ServerContext, request: Request): Promise<number | undefined> {
  const local = LOOPBACK.has(request.socket.remoteAddress ?? "") && LOCAL_HOST.test(request.get("host") ?? "");
  if (context.configuration.development && local) return undefined;
  return (await authenticateMember(context, request)).organization.id;
}
