import { describe, expect, it } from "vitest";
import { addressWithFilters, filtersFromAddress, isFiltered, matchesQuery, queryOfFilters } from "./session-filters.ts";

const none = { status: undefined, reference: "", period: undefined };

describe("filters in the address", () => {
  it("come back from the address as they were put in", () => {
    const filters = { status: "active" as const, reference: "INS 42/8", period: "7d" as const };
    const address = addressWithFilters(new URLSearchParams(), filters);
    expect(filtersFromAddress(new URLSearchParams(address.toString()))).toEqual(filters);
  });

  it("leave out what is not set", () => {
    expect(addressWithFilters(new URLSearchParams("status=active&reference=a&period=today"), none).toString()).toBe("");
  });

  it("leave other parameters alone", () => {
    expect(addressWithFilters(new URLSearchParams("new=1"), { ...none, reference: "A" }).toString()).toBe(
      "new=1&reference=A",
    );
  });

  it("ignore a status or a period that does not exist", () => {
    expect(filtersFromAddress(new URLSearchParams("status=lost&period=1000y"))).toEqual(none);
  });

  it("count as filtered as soon as one is set", () => {
    expect(isFiltered(none)).toBe(false);
    expect(isFiltered({ ...none, reference: "A" })).toBe(true);
    expect(isFiltered({ ...none, period: "today" })).toBe(true);
    expect(isFiltered({ ...none, status: "pending" })).toBe(true);
  });
});

describe("the query of the filters", () => {
  it("counts a period in whole local days, so that it is the same all day long", () => {
    const morning = queryOfFilters({ ...none, period: "7d" }, new Date(2026, 4, 23, 0, 0, 1));
    const evening = queryOfFilters({ ...none, period: "7d" }, new Date(2026, 4, 23, 23, 59, 59));
    expect(morning.get("created_after")).toBe(evening.get("created_after"));
    expect(new Date(morning.get("created_after") ?? "").getTime()).toBe(new Date(2026, 4, 17).getTime());
  });

  it("names nothing when nothing is filtered", () => {
    expect(queryOfFilters(none, new Date()).toString()).toBe("");
  });
});

describe("a session that changed while a list is shown", () => {
  const session = { status: "active", reference: "INS-42871", created_at: "2026-05-23T11:00:00Z" } as const;
  const matches = (query: string) => matchesQuery(session, new URLSearchParams(query));

  it("belongs to the list when all its filters hold", () => {
    expect(matches("")).toBe(true);
    expect(matches("status=active&reference=ins-4&created_after=2026-05-23T00:00:00Z")).toBe(true);
  });

  it("does not when one of them does not", () => {
    expect(matches("status=pending")).toBe(false);
    expect(matches("reference=KV-1")).toBe(false);
    expect(matches("created_after=2026-05-24T00:00:00Z")).toBe(false);
  });
});
