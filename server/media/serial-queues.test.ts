import { expect, it } from "vitest";
import { SerialQueues } from "./serial-queues.ts";

it("runs the work of one key in order and goes on after a failure", async () => {
  const queues = new SerialQueues();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queues.run("a", async () => {
    await gate.promise;
    order.push("first");
    throw new Error("broken");
  });
  const second = queues.run("a", async () => order.push("second"));
  await queues.run("b", async () => order.push("other key"));
  gate.resolve();
  await expect(first).rejects.toThrow("broken");
  await second;
  expect(order).toEqual(["other key", "first", "second"]);
});

it("is idle when everything given so far has ended", async () => {
  const queues = new SerialQueues();
  let ended = false;
  queues.run("a", async () => {}).catch(() => {});
  queues
    .run("a", async () => {
      ended = true;
      throw new Error("broken");
    })
    .catch(() => {});
  await queues.idle();
  expect(ended).toBe(true);
});
