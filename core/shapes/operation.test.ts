import { describe, expect, test } from "vitest";
import { operationSchema } from "./operation.ts";
import { MAX_POINTS, MAX_TEXT } from "./shape.ts";

const base = { id: "a", color: "#ff0000", width: 0.01 };
const add = (shape: object) => ({ op: "add", gesture: "g", shape: { ...base, ...shape } });
const line = { kind: "line", from: [0, 0], to: [1, 1] };
const text = (value: string) => add({ kind: "text", at: [0, 0], size: 0.02, text: value });
const strokeOf = (count: number) => add({ kind: "freehand", points: Array.from({ length: count }, () => [0.5, 0.5]) });

describe("an operation's border", () => {
  test.each<[string, unknown]>([
    ["a line", add(line)],
    ["a colour in capitals", add({ ...line, color: "#FF00AA" })],
    ["a stroke with pressure", add({ kind: "freehand", points: [[0, 0, 0.5]] })],
    ["a stroke of as many points as there may be", strokeOf(MAX_POINTS)],
    ["text in several lines, with emoji", text("Žluťoučký\n\tkůň 🐎")],
    ["text of as many characters as there may be", text("x".repeat(MAX_TEXT))],
    ["a stamp", add({ kind: "stamp", at: [0, 1], stamp: "pin", size: 0.05 })],
    ["a reference", add({ ...line, kind: "reference", length: 2.5, unit: "m" })],
    [
      "a measurement",
      add({ ...line, kind: "measurement", reference: { from: [0, 0], to: [1, 0], length: 1, unit: "ft" } }),
    ],
    ["undo", { op: "undo" }],
  ])("accepts %s", (_, operation) => {
    expect(operationSchema.safeParse(operation).success).toBe(true);
  });

  test.each<[string, unknown]>([
    ["coordinates outside of the surface", add({ ...line, to: [1.01, 0] })],
    ["coordinates that are no numbers", add({ ...line, to: [Number.NaN, 0] })],
    ["endless coordinates", add({ ...line, to: [Number.POSITIVE_INFINITY, 0] })],
    ["a colour by name", add({ ...line, color: "red" })],
    ["a colour that carries more", add({ ...line, color: '#ff0000" onload="x' })],
    ["a stroke without points", strokeOf(0)],
    ["a stroke of too many points", strokeOf(MAX_POINTS + 1)],
    ["empty text", text("")],
    ["text that is too long", text("x".repeat(MAX_TEXT + 1))],
    ["text with a control character", text("a\u0000b")],
    ["text with half a character", text("a\ud800b")],
    ["a width of nothing", add({ ...line, width: 0 })],
    ["an unknown stamp", add({ kind: "stamp", at: [0, 0], stamp: "skull", size: 0.05 })],
    ["a reference without a length", add({ ...line, kind: "reference", length: 0, unit: "m" })],
    ["a member nobody knows", add({ ...line, author: "somebody else" })],
    ["an id with other characters", add({ ...line, id: "a b" })],
    ["an unknown kind", add({ kind: "image", href: "x" })],
    ["an unknown operation", { op: "explode" }],
    ["no points to append", { op: "append", gesture: "g", id: "a", points: [] }],
  ])("refuses %s", (_, operation) => {
    expect(operationSchema.safeParse(operation).success).toBe(false);
  });
});
