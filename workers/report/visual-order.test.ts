import { expect, test } from "vitest";
import { inVisualOrder } from "./visual-order.ts";

/** The pieces of a text, cut at spaces and around brackets, as they stand from left to right. */
function order(text: string): string {
  const pieces = text.split(/([ ()])/).filter((part) => part !== "");
  return inVisualOrder(pieces.map((part) => ({ text: part })))
    .map((piece) => piece.text)
    .join("");
}

test("a line without words from right to left stays as it is", () => {
  expect(order("Jan Novák (2026-05-23) 12")).toBe("Jan Novák (2026-05-23) 12");
});

test("words from right to left change places, those around them do not", () => {
  expect(order("a אבג דה b")).toBe("a דה אבג b");
  expect(order("אב x גד")).toBe("אב x גד");
});

test("figures between them keep their own order, and brackets turn around", () => {
  expect(order("אב 12.5 גד")).toBe("גד 12.5 אב");
  expect(order("אב (גד) הו")).toBe("הו (גד) אב");
  expect(order("1 אב (3 גד)")).toBe("1 (גד 3) אב");
  expect(order("אב (ok)")).toBe("אב (ok)");
});

test("what follows the last such word belongs to the line", () => {
  expect(order("אב גד! ok")).toBe("גד! אב ok");
  expect(order("אב גד 7")).toBe("גד אב 7");
});
