import { shadesOf } from "@nexbasira/core/branding/shades-of.ts";
import type { Branding } from "@nexbasira/core/contract/branding.ts";
import { describe, expect, it } from "vitest";
import { changeOf, draftOf, normalizeColor } from "./branding-draft.ts";

const shades = shadesOf("#0a5c3f");
if (shades === undefined) throw new Error("the sample's accent has no shades");
const branding: Branding = {
  object: "branding",
  name: "Acme",
  logo_url: "https://host/files/x",
  logo_media_type: "image/png",
  accent: "#0a5c3f",
  shades,
  theme: "system",
  domain: null,
  email_sender_name: "Acme Inspections",
  sms_sender_name: null,
};
const change = (part: object) => changeOf(branding, { ...draftOf(branding), ...part });

describe("the form of the branding", () => {
  it("sends nothing while nothing differs", () => {
    expect(change({})).toEqual({ body: {}, wrong: new Set() });
    expect(change({ name: " Acme ", accent: "0A5C3F" }).body).toEqual({});
  });

  it("sends only what differs, and null for what was emptied", () => {
    expect(change({ accent: "#1d5fc2", email_sender_name: " ", domain: " Inspect.Acme.com " }).body).toEqual({
      accent: "#1d5fc2",
      email_sender_name: null,
      domain: "inspect.acme.com",
    });
  });

  it("sends a new logo, and null to remove the one that is there", () => {
    const logo = "data:image/png;base64,AAAA";
    expect(change({ logo }).body).toEqual({ logo });
    expect(change({ logo: null }).body).toEqual({ logo: null });
    const without = { ...branding, logo_url: null };
    expect(changeOf(without, { ...draftOf(without), logo: null }).body).toEqual({});
  });

  it("names every field that cannot be right, and sends nothing then", () => {
    const typed = { name: "", accent: "#12", domain: "http://acme", sms_sender_name: "Acme & Sons Ltd", theme: "dark" };
    const { body, wrong } = change(typed);
    expect([...wrong].toSorted()).toEqual(["accent", "domain", "name", "sms_sender_name"]);
    expect(body).toEqual({});
  });

  it("counts an accent that nobody could read as wrong", () => {
    expect(change({ accent: "#ffffff" }).wrong).toEqual(new Set(["accent"]));
    expect(change({ accent: "#ffcc00" }).wrong).toEqual(new Set());
  });

  it("takes colours as people type them", () => {
    expect(normalizeColor(" 0A5C3F")).toBe("#0a5c3f");
    expect(normalizeColor("#abc")).toBe("#aabbcc");
  });
});
