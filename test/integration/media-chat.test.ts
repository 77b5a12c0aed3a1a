import { createHash, randomUUID } from "node:crypto";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { MAX_CHAT_TEXT } from "@nexbasira/core/contract/signalling.ts";
import { listSessionAuditEntries } from "@nexbasira/core/database/audit-entries.ts";
import { insertChatMessage } from "@nexbasira/core/database/chat-messages.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MediaFixture } from "../helpers/media-fixture.ts";

let media: MediaFixture;

beforeAll(async () => {
  media = await MediaFixture.open();
  await media.start();
});

afterAll(() => media.close());

const message = (text: string, audience: "everyone" | "staff" = "everyone") => ({
  message_id: randomUUID(),
  audience,
  text,
});

test("what is written to everyone reaches everyone, the writer too, and those who come later, in its order", async () => {
  const { participant, inspector, observer } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  const first = message("Bonjour, vous êtes là ?");
  const second = message("שלום 👋🏽\nzweite Zeile");
  await phone.ask("chat.send", first);
  await console_.ask("chat.send", second);
  for (const reader of [phone, console_]) {
    await reader.notice("chat.added", ({ message_id }) => message_id === second.message_id);
    expect(reader.all("chat.added")).toMatchObject([
      { ...first, participant_id: participant.id, name: "Marie L.", role: "participant" },
      { ...second, participant_id: inspector.id, name: "Ines P.", role: "inspector" },
    ]);
  }
  const late = await media.connect({ token: observer.token });
  expect((await late.ask("room.enter", {})).chat).toEqual(phone.all("chat.added"));
});

test("a note is read by the organization's people alone, and written by inspectors alone", async () => {
  const { participant, inspector, observer } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  const expert = await media.enter(observer);
  const note = message("claims the damp is new; looks older", "staff");
  await console_.ask("chat.send", note);
  await console_.ask("chat.send", message("Please show the corner."));
  await expert.notice("chat.added", ({ message_id }) => message_id === note.message_id);
  await phone.notice("chat.added", ({ text }) => text === "Please show the corner.");
  expect(phone.all("chat.added")).toHaveLength(1);
  for (const writer of [phone, expert]) {
    expect(await writer.refusal("chat.send", message("me too", "staff"))).toBe("permission_denied");
  }
  await phone.ask("room.leave", {});
  const again = await media.connect({ token: participant.token });
  expect((await again.ask("room.enter", {})).chat.map(({ text }) => text)).toEqual(["Please show the corner."]);
});

test("a message that is sent again is one, and the log says who wrote what", async () => {
  const { id, participant, inspector } = await media.session();
  const console_ = await media.enter(inspector);
  const phone = await media.enter(participant);
  const twice = message("sent twice");
  await Promise.all([phone.ask("chat.send", twice), phone.ask("chat.send", twice)]);
  await phone.ask("chat.send", { ...twice, text: "another text under the same id" });
  await phone.ask("chat.send", message("last"));
  await console_.notice("chat.added", ({ text }) => text === "last");
  expect(console_.all("chat.added").map(({ text }) => text)).toEqual(["sent twice", "last"]);
  const entries = (await listSessionAuditEntries(media.database, id))
    .map(({ record }) => AuditRecord.parse(JSON.parse(record)))
    .filter(({ action }) => action === "chat.sent");
  expect(entries).toHaveLength(2);
  expect(entries[0]).toMatchObject({
    actor: { type: "participant", id: participant.id },
    object: { type: "chat_message", id: twice.message_id },
    object_hash: createHash("sha256").update("sent twice").digest("hex"),
    details: { audience: "everyone" },
  });
});

test("empty, too long and broken texts are refused, and so is more than a session may hold", async () => {
  const { id, participant } = await media.session();
  const phone = await media.enter(participant);
  for (const text of ["", " \n\t ", "x".repeat(MAX_CHAT_TEXT + 1), "\u0000", "\ud800"]) {
    expect(await phone.refusal("chat.send", message(text))).toBe("validation_error");
  }
  expect(await phone.refusal("chat.send", { ...message("x"), message_id: "1" })).toBe("validation_error");
  await inTransaction(media.database, async (transaction) => {
    for (let count = 0; count < 2_000; count += 1) {
      await insertChatMessage(transaction, { ...message("x"), session_id: id, participant_id: participant.id });
    }
  });
  expect(await phone.refusal("chat.send", message("one more"))).toBe("conflict");
});
