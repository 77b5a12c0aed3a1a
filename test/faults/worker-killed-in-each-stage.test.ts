import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { EvidenceFile } from "@nexbasira/core/contract/evidence.ts";
import { expect, test } from "vitest";
import { launchBrowser, waitForMotion } from "../helpers/browser.ts";
import { startCall } from "../helpers/call.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

test("a worker killed in each stage after the end changes nothing of what comes out", async () => {
  const receiver = await startReceiver();
  const instance = await Instance.start(["server", "media", "workers"]);
  const browser = await launchBrowser();
  try {
    const events = ["recording.ready", "signature.completed"];
    const callbacks = Object.fromEntries(events.map((event) => [event, receiver.url]));
    const { session, inspector } = await startCall(instance, browser, { callbacks });
    await waitForMotion(inspector, "field-video", 60);
    await instance.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
    const { database } = instance.testDatabase;
    const file = () =>
      database.selectFrom("evidence_files").selectAll().where("session_id", "=", session.id).executeTakeFirst();
    const killedIn: string[] = [];
    for (const stage of ["recordings", "report", "signing"]) {
      const found = await waitFor(
        stage,
        async () => {
          const status = (await file())?.status;
          return status === stage || status === "ready" ? status : undefined;
        },
        90_000,
      );
      if (found !== stage) continue;
      await instance.child("workers").stop("SIGKILL");
      killedIn.push(stage);
      instance.spawn("workers");
      await instance.ready("workers");
    }
    expect(killedIn).toContain("recordings");
    const ready = await waitFor(
      "the signed PDF",
      async () => {
        const answer = await instance.api(`/v1/sessions/${session.id}/evidence`);
        const evidence = EvidenceFile.parse(await answer.json());
        return evidence.status === "ready" && evidence;
      },
      120_000,
    );
    expect(ready.signature?.baseline).toBe("B-LTA");
    await waitFor("both callbacks", () => events.every((type) => types().includes(type)), 60_000);
    const written = await database.selectFrom("events").select(["id", "type"]).where("type", "in", events).execute();
    expect(written.map(({ type }) => type).toSorted()).toEqual(events);
    // A delivery may repeat when its worker dies, always under the event's one id.
    expect(new Set(receiver.received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).id)).size).toBe(2);
  } finally {
    await browser.close();
    await instance.stop();
    await receiver.close();
  }

  function types(): string[] {
    return receiver.received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).type);
  }
}, 300_000);
