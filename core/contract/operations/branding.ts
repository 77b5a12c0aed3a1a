import { Branding, UpdateBranding } from "../branding.ts";
import { operation } from "../operation.ts";

const TAG = "Branding";

/** A triangle. */
const LOGO =
  "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdC" +
  "b3g9IjAgMCA4IDgiPjxwYXRoIGQ9Ik0wIDBoOHY4eiIvPjwvc3ZnPg==";

const BRANDING = {
  object: "branding",
  name: "Acme Insurance",
  logo_url: "https://api.nexbasira.com/files/eyJrIjoi",
  logo_media_type: "image/svg+xml",
  accent: "#0a5c3f",
  shades: {
    light: { accent: "#0a5c3f", hover: "#004d33", on: "#ffffff", text: "#0a5c3f", soft: "#e1f9ec" },
    dark: { accent: "#60a786", hover: "#70b795", on: "#0d1417", text: "#60a786", soft: "#152f23" },
  },
  theme: "system",
  domain: "inspect.acme.com",
  email_sender_name: "Acme Inspections",
  sms_sender_name: "ACME",
} satisfies Branding;

export const BRANDING_OPERATIONS = {
  readBranding: operation({
    method: "get",
    path: "/branding",
    tag: TAG,
    summary: "Retrieve the branding",
    description:
      "What participants see of your organization: on their page, in mails and text messages, on the evidence file's " +
      "cover. Live and test mode share it.",
    permission: "branding:read",
    answer: { status: 200, schema: Branding, description: "The branding.", example: BRANDING },
  }),
  updateBranding: operation({
    method: "patch",
    path: "/branding",
    tag: TAG,
    summary: "Change the branding",
    description:
      "What is left out stays; null clears. The logo is sent within the body, as a data URL, and kept only after it was " +
      "made safe. An accent is refused where nobody could read it. Either all of it is changed or nothing.",
    permission: "branding:write",
    body: UpdateBranding,
    bodyExample: {
      accent: "#0a5c3f",
      sms_sender_name: "ACME",
      logo: LOGO,
    } satisfies UpdateBranding,
    answer: { status: 200, schema: Branding, description: "The branding as it is now.", example: BRANDING },
  }),
};
