import { SessionSigning } from "@nexbasira/core/contract/console.ts";
import { type CreateSession, Session } from "@nexbasira/core/contract/session.ts";
import { ConfirmAnswer, Signing } from "@nexbasira/core/contract/signing.ts";
import { enterSession } from "./enter-session.ts";
import type { Installation } from "./installation.ts";
import { RoomClient } from "./room-client.ts";
import { waitFor } from "./wait-for.ts";

/** The digits in a message that holds a one-time code. */
const CODE = /#(\d{6})$/;

/** A session that is to be signed, with its participant's phone in it, and what both sides ask of the server for that. */
export class SigningClient {
  readonly session: Session;
  readonly participantId: string;
  readonly phone: RoomClient;
  readonly #installation: Installation;
  readonly #member: Record<string, string>;

  private constructor(
    parts: Pick<SigningClient, "session" | "participantId" | "phone">,
    installation: Installation,
    member: Record<string, string>,
  ) {
    this.session = parts.session;
    this.participantId = parts.participantId;
    this.phone = parts.phone;
    this.#installation = installation;
    this.#member = member;
  }

  /** With server, media and workers of the installation; `member` are the headers of an inspector's requests. */
  static async open(
    installation: Installation,
    member: Record<string, string>,
    change: Partial<CreateSession> = {},
  ): Promise<SigningClient> {
    const session = await installation.post(
      "/v1/sessions",
      {
        type: "field_inspection",
        reference: "INS-42871",
        participant: { name: "Marie Lefèvre", channel: "sms", phone: "+33612345678", locale: "en" },
        signature: { level: "aes" },
        recording: false,
        ...change,
      },
      Session,
    );
    const answer = await enterSession(installation, session);
    const phone = await RoomClient.connect(installation.url, answer.socket_path, { token: answer.access_token });
    await phone.ask("room.enter", {});
    return new SigningClient({ session, participantId: answer.participant_id, phone }, installation, member);
  }

  /** What the link leads to, below `/join/{token}`. */
  address(rest = ""): string {
    return `${this.#installation.url}/join/${this.session.join_url.split("/s/")[1]}${rest}`;
  }

  async signing(): Promise<Signing> {
    return Signing.parse(await (await fetch(this.address("/signing"))).json());
  }

  waitForState(state: Signing["state"], limit_ms = 60_000): Promise<Signing> {
    return waitFor(
      `the state ${state}`,
      async () => {
        const signing = await this.signing();
        return signing.state === state && signing;
      },
      limit_ms,
    );
  }

  post(rest: string, body: unknown = {}): Promise<Response> {
    return fetch(this.address(rest), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Has a code sent and reads it as its owner does. */
  async code(): Promise<string> {
    const before = await this.#messages();
    const response = await this.post("/signing/codes");
    if (response.status !== 201) throw new Error(`no code was sent: ${response.status} ${await response.text()}`);
    return this.#nextCode(before);
  }

  async #nextCode(before: number): Promise<string> {
    return waitFor("the code's message", async () => {
      const messages = await this.#codeMessages();
      return messages.length > before && CODE.exec(messages.at(-1)?.body_text ?? "")?.[1];
    });
  }

  async #messages(): Promise<number> {
    return (await this.#codeMessages()).length;
  }

  #codeMessages() {
    return this.#installation.testDatabase.database
      .selectFrom("outbox_messages")
      .select(["body_text", "channel"])
      .where("session_id", "=", this.session.id)
      .where("code_id", "is not", null)
      .orderBy("id")
      .execute();
  }

  async confirm(code: string, document_sha256?: string): Promise<ConfirmAnswer> {
    const response = await this.post("/signing/confirmation", { code, ...(document_sha256 && { document_sha256 }) });
    return ConfirmAnswer.parse(await response.json());
  }

  /** What an inspector does, below `/console/api/sessions/{id}/`. */
  console(rest: string, body: unknown = {}): Promise<Response> {
    return fetch(`${this.#installation.url}/console/api/sessions/${this.session.id}/${rest}`, {
      method: "POST",
      headers: { ...this.#member, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async vouch(): Promise<SessionSigning> {
    const response = await this.console("identity", {
      name: "Marie Anne Lefèvre",
      proof: { method: "document", document_type: "passport", issuing_country: "FR", document_ending: "42AX" },
    });
    if (response.status !== 201) throw new Error(`the identity was not taken: ${await response.text()}`);
    return SessionSigning.parse(await response.json());
  }

  /** Ends the call; answers when the report waits for its signature. */
  async end(): Promise<Signing & { document: NonNullable<Signing["document"]> }> {
    await this.#installation.api(`/v1/sessions/${this.session.id}/end`, { method: "POST" });
    const { document, ...signing } = await this.waitForState("waiting");
    if (!document) throw new Error("a report waits that is not there");
    return { ...signing, document };
  }
}
