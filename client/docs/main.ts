import "@scalar/api-reference/style.css";
import "./docs.css";
import { applyStoredTheme, storedTheme } from "@nexbasira/ui/theme.ts";
import { createApiReference } from "@scalar/api-reference";

applyStoredTheme();
const theme = storedTheme();

createApiReference("#reference", {
  url: "/v1/openapi.json",
  // What is tried goes to the server that shows the page, by the name under which it was opened: the content security
  // policy lets nothing go elsewhere.
  servers: [{ url: `${location.origin}/v1` }],
  theme: "none",
  ...(theme === "system" ? {} : { forceDarkModeState: theme }),
  hideDarkModeToggle: true,
  orderSchemaPropertiesBy: "preserve",
  documentDownloadType: "none",
  // Nothing of the reference's maker: fonts, telemetry, an assistant, a desktop client. Keys that are typed in are not kept.
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
});
