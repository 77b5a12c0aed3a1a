import { expect, it } from "vitest";
import { ClosingOrder } from "./closing-order.ts";

it("closes from the last to the first, one after the other, and only once", async () => {
  const order = new ClosingOrder();
  const closed: string[] = [];
  order.add(() => closed.push("first"));
  order.add(async () => {
    await Promise.resolve();
    closed.push("second");
  });
  await order.close();
  await order.close();
  expect(closed).toEqual(["second", "first"]);
});

it("closes the rest where one cannot be closed, and says so", async () => {
  const order = new ClosingOrder();
  let closed = false;
  order.add(() => {
    closed = true;
  });
  order.add(() => Promise.reject(new Error("stuck")));
  await expect(order.close()).rejects.toThrow("stuck");
  expect(closed).toBe(true);
});
