import { expect, test } from "vitest";
import { parseOptions, UsageError } from "./options.ts";

const listen = (args: string[], environment = {}) => parseOptions(["listen", ...args], environment);

test("a key is enough, from the command line or from the environment", () => {
  const byDefault = { baseUrl: "http://localhost:3000", events: [], forward: undefined, json: false };
  expect(listen(["--api-key", "a"])).toEqual({ apiKey: "a", ...byDefault });
  expect(listen([], { NBX_KEY: "b" })).toEqual({ apiKey: "b", ...byDefault });
  expect(listen(["--api-key=a"], { NBX_KEY: "b" })).toMatchObject({ apiKey: "a" });
});

test("the server may be named with the API's version, events with spaces", () => {
  const all = ["--api-key", "a", "--forward", "http://localhost:4000/webhooks", "--json"];
  expect(
    listen([...all, "--base-url", "https://nb.example.org/v1/", "--events", "session.created, webhook.test,"]),
  ).toEqual({
    apiKey: "a",
    baseUrl: "https://nb.example.org",
    events: ["session.created", "webhook.test"],
    forward: "http://localhost:4000/webhooks",
    json: true,
  });
});

test.each([
  [[], "one command"],
  [["send"], "one command"],
  [["listen", "twice"], "one command"],
  [["listen"], "API key"],
  [["listen", "--api-key", ""], "API key"],
  [["listen", "--api-key"], "--api-key"],
  [["listen", "--key", "a"], "--key"],
  [["listen", "--api-key", "a", "--base-url", "localhost:3000"], "--base-url"],
  [["listen", "--api-key", "a", "--forward", "localhost:4000"], "--forward"],
  [["listen", "--api-key", "a", "--forward", "http://"], "--forward"],
])("%j says what is wrong with it", (args, why) => {
  expect(() => parseOptions(args, {})).toThrow(UsageError);
  expect(() => parseOptions(args, {})).toThrow(why);
});

test("help is asked for by itself", () => {
  expect(parseOptions(["--help"], {})).toBe("help");
  expect(parseOptions(["listen", "-h"], {})).toBe("help");
});
