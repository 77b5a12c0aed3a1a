import { expect, test } from "vitest";
import { addressWithFilters, filtersFromAddress, NO_FILTERS, queryOfFilters } from "./audit-filters.ts";

const FILTERS = {
  about: "sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW",
  action: "evidence.viewed",
  actor: "member:7",
  from: "2026-05-01",
  to: "2026-05-31",
};

test("filters come back from the address they were put into, which keeps what is not theirs", () => {
  const address = addressWithFilters(new URLSearchParams("entry=12"), FILTERS);
  expect(filtersFromAddress(address)).toEqual(FILTERS);
  expect(address.get("entry")).toBe("12");
  expect(addressWithFilters(address, NO_FILTERS).toString()).toBe("entry=12");
});

test("what cannot be a filter is left out", () => {
  const address = new URLSearchParams("about=a b&action=Viewed&actor=7&from=yesterday&to=2026-5-1");
  expect(filtersFromAddress(address)).toEqual(NO_FILTERS);
});

test("a day reaches from its midnight to the next one, in local time", () => {
  const query = queryOfFilters({ ...NO_FILTERS, from: "2026-05-31", to: "2026-05-31" });
  expect(query.get("since")).toBe(new Date(2026, 4, 31).toISOString());
  expect(query.get("until")).toBe(new Date(2026, 5, 1).toISOString());
});

test("an id is asked for as a session where it is one's, and as an object otherwise", () => {
  const asked = (about: string) => queryOfFilters({ ...NO_FILTERS, about }).toString();
  expect(asked("sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW")).toBe("session_id=sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW");
  expect(asked("we-01KS7A3VJ8Q4M2X6TB9ZC5RDHW")).toBe("object=we-01KS7A3VJ8Q4M2X6TB9ZC5RDHW");
  expect(asked("7")).toBe("object=7");
});
