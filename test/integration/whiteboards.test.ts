import { newId } from "@nexbasira/core/contract/ids.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { Whiteboard, WhiteboardPage } from "@nexbasira/core/contract/whiteboard.ts";
import { insertBoardOperations, insertWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enterSession } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { Uploader } from "../helpers/upload-capture.ts";

const MORNING = new Date("2026-05-23T09:00:00Z");
const NOON = new Date("2026-05-23T12:00:00Z");

let instance: Instance;
let session: Session;
let board: string;
let annotation: string;

beforeAll(async () => {
  instance = await Instance.start(["server"]);
  const body = { type: "field_inspection", reference: "INS-boards", participant: { name: "M", channel: "link" } };
  session = await instance.post("/v1/sessions", body, Session);
  const { participant_id, access_token } = await enterSession(instance, session);
  const photo = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#0000ff" } })
    .jpeg()
    .toBuffer();
  const stored = await new Uploader(instance.url, access_token).upload(new Uint8Array(photo), {
    kind: "snapshot",
    source: "photo",
    media_type: "image/jpeg",
  });
  const item_id = stored.headers.get("nbx-evidence-item");
  board = await draw(participant_id, { kind: "whiteboard", item_id: null, width: 1600, height: 900 });
  annotation = await draw(participant_id, { kind: "annotation", item_id, width: 400, height: 300 });
});
afterAll(() => instance.stop());

/** A board with a red rectangle drawn in the morning and a green one at noon, over its left and its right half. */
async function draw(
  author: string,
  surface: { kind: "whiteboard" | "annotation"; item_id: string | null; width: number; height: number },
): Promise<string> {
  const id = newId("whiteboard");
  const { database } = instance.testDatabase;
  await insertWhiteboard(database, { id, session_id: session.id, created_by: author, ...surface });
  const rectangle = (name: string, color: string, left: number, at: Date, sequence: number) => ({
    board_id: id,
    sequence,
    author,
    at,
    operation: JSON.stringify({
      op: "add",
      gesture: name,
      shape: { kind: "rectangle", id: name, color, width: 0.1, from: [left, 0.25], to: [left + 0.2, 0.75] },
    }),
  });
  await insertBoardOperations(database, [
    rectangle("red", "#ff0000", 0.15, MORNING, 1),
    rectangle("green", "#00ff00", 0.65, NOON, 2),
  ]);
  return id;
}

const read = (path: string) => instance.api(`/v1/whiteboards${path}`);

/** The colours at a quarter and three quarters of the width, at half the height. */
async function coloursOf(response: Response): Promise<[number[], number[]]> {
  const picture = sharp(Buffer.from(await response.arrayBuffer()));
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (part: number) => {
    const offset = (Math.floor(info.height / 2) * info.width + Math.floor(info.width * part)) * info.channels;
    return [...data.subarray(offset, offset + 3)];
  };
  return [at(0.15), at(0.65)];
}

test("a session's boards are listed with the time of their last stroke and where their pictures are", async () => {
  const page = WhiteboardPage.parse(await (await read(`?session_id=${session.id}`)).json());
  expect(page).toMatchObject({ has_more: false, next_cursor: null });
  expect(page.data.map(({ id, kind }) => ({ id, kind }))).toEqual([
    { id: board, kind: "whiteboard" },
    { id: annotation, kind: "annotation" },
  ]);
  const one = Whiteboard.parse(await (await read(`/${board}`)).json());
  expect(one).toEqual(page.data[0]);
  expect(one.updated_at).toBe("2026-05-23T12:00:00Z");
  expect(one.svg_url).toBe(`${instance.url}/v1/whiteboards/${board}.svg`);
});

test("the SVG has every stroke with its time and author, and runs nothing", async () => {
  const response = await read(`/${board}.svg`);
  expect(response.headers.get("content-type")).toBe("image/svg+xml");
  expect(response.headers.get("content-security-policy")).toMatch(/^sandbox/);
  const svg = await response.text();
  expect(svg).toContain('data-created-at="2026-05-23T09:00:00.000Z"');
  expect(svg).toContain('data-created-at="2026-05-23T12:00:00.000Z"');
  expect(svg.match(/data-author="part_/g)).toHaveLength(2);
});

test("?at= gives the board as it was then", async () => {
  const at = async (moment: string) => (await read(`/${board}.svg?at=${encodeURIComponent(moment)}`)).text();
  expect(await at("2026-05-23T08:59:59Z")).not.toContain("data-id");
  expect((await at("2026-05-23T13:00:00+02:00")).match(/data-id="\w+"/g)).toEqual(['data-id="red"']);
  expect((await at("2026-05-23T12:00:00Z")).match(/data-id="\w+"/g)).toEqual(['data-id="red"', 'data-id="green"']);
});

test("the PNG shows a board on white, as it is and as it was", async () => {
  const now = await read(`/${board}.png`);
  expect(now.headers.get("content-type")).toBe("image/png");
  expect(await coloursOf(now)).toEqual([
    [255, 0, 0],
    [0, 255, 0],
  ]);
  expect(await coloursOf(await read(`/${board}.png?at=2026-05-23T10:00:00Z`))).toEqual([
    [255, 0, 0],
    [255, 255, 255],
  ]);
});

test("the PNG of an annotation lies over its snapshot", async () => {
  const [left, right] = await coloursOf(await read(`/${annotation}.png?at=2026-05-23T10:00:00Z`));
  expect(left).toEqual([255, 0, 0]);
  expect(right?.[2]).toBeGreaterThan(240);
  expect(right?.[0]).toBeLessThan(15);
});

test.each([".svg?at=yesterday", ".png?at=2026-13-01T00:00:00Z", ".png?size=3", ".svg?at=1&at=2"])(
  "%s is refused",
  async (query) => {
    const response = await read(`/${board}${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "validation_error" });
  },
);

test.each(["/wb_01KS7C8D3V0QZ6N5M1XWT9R4HE", "/wb_01KS7C8D3V0QZ6N5M1XWT9R4HE.png", "/x.svg", "?session_id=sess_1"])(
  "%s is not found",
  async (path) => {
    expect((await read(path)).status).toBe(404);
  },
);
