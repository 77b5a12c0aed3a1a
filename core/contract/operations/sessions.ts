import { NoBody, PlainText } from "../common.ts";
import { operation } from "../operation.ts";
import { Moment, PageQuery } from "../pagination.ts";
import { CreateInvitation, CreateSession, Mode, Session, SessionPage, SessionStatus } from "../session.ts";
import { CREATE_SESSION, pageExample, SESSION } from "./examples.ts";

const TAG = "Sessions";

export const SESSION_OPERATIONS = {
  createSession: operation({
    method: "post",
    path: "/sessions",
    tag: TAG,
    summary: "Create a session",
    description:
      "Makes an inspection session and sends its join link to the participant, by SMS or e-mail as `channel` says. " +
      "With `link` nothing is sent: hand `join_url` over yourself. In test mode no message leaves the server.",
    permission: "sessions:write",
    body: CreateSession,
    bodyExample: CREATE_SESSION,
    answer: { status: 201, schema: Session, description: "The session; its message is on its way.", example: SESSION },
    errors: ["conflict", "quota_exceeded"],
  }),
  listSessions: operation({
    method: "get",
    path: "/sessions",
    tag: TAG,
    summary: "List sessions",
    description: "Newest first. Sessions made while you read the pages neither repeat nor hide any.",
    permission: "sessions:read",
    query: PageQuery.extend({
      status: SessionStatus.optional().describe("Sessions in this state only"),
      reference: PlainText(120).optional().describe("Your own reference, exactly"),
      created_after: Moment.optional().describe("Made after this moment"),
      created_before: Moment.optional().describe("Made before this moment"),
      mode: Mode.optional().describe("For members of the console, who see both modes; a key sees its own alone"),
    }),
    answer: { status: 200, schema: SessionPage, description: "One page of sessions.", example: pageExample(SESSION) },
  }),
  readSession: operation({
    method: "get",
    path: "/sessions/{id}",
    tag: TAG,
    summary: "Retrieve a session",
    permission: "sessions:read",
    answer: { status: 200, schema: Session, description: "The session.", example: SESSION },
    errors: ["not_found"],
  }),
  endSession: operation({
    method: "post",
    path: "/sessions/{id}/end",
    tag: TAG,
    summary: "End a session",
    description:
      "Ends an active session, whose evidence file is then made, or cancels a pending one. " +
      "A session that is over already is answered as it is.",
    permission: "sessions:write",
    body: NoBody,
    answer: { status: 200, schema: Session, description: "The session as it is now.", example: SESSION },
    errors: ["not_found"],
  }),
  deleteSession: operation({
    method: "delete",
    path: "/sessions/{id}",
    tag: TAG,
    summary: "End or cancel a session",
    description: "The same as `POST /sessions/{id}/end`. Evidence is never deleted by it.",
    permission: "sessions:write",
    answer: { status: 200, schema: Session, description: "The session as it is now.", example: SESSION },
    errors: ["not_found"],
  }),
  createInvitation: operation({
    method: "post",
    path: "/sessions/{id}/invitations",
    tag: TAG,
    summary: "Send the link again",
    description:
      "By the same or another channel, to the same or another recipient. " +
      "With `revoke_previous` a new link is made and the older ones stop working.",
    permission: "sessions:write",
    body: CreateInvitation.optional(),
    bodyExample: { channel: "email", email: "marie@example.com", revoke_previous: true },
    answer: { status: 201, schema: Session, description: "The session with the link that was sent.", example: SESSION },
    errors: ["not_found", "conflict"],
  }),
};
