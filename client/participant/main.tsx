import "./participant.css";
import { renderPage } from "@nexbasira/ui/render-page.tsx";
import { ParticipantFlow } from "./participant-flow.ts";
import { ParticipantPage } from "./participant-page.tsx";

/**
 * The page's address is `/s/{token}`, `/s/{token}/check` for the check before a call, and `/signing/nowhere` for whoever
 * comes back from a signing service by a way that leads nowhere.
 */
const [, area, name = "", part] = location.pathname.split("/");
const token = decodeURIComponent(name);
if (area === "signing") {
  const { LinkStatePage } = await import("./link/link-state-page.tsx");
  await renderPage("participant", <LinkStatePage state="nowhere" brand={null} />);
} else if (part === "check") {
  const { CheckPage } = await import("./check/check-page.tsx");
  await renderPage("participant", <CheckPage token={token} />);
} else {
  const flow = new ParticipantFlow(token);
  // Asked for while the texts are still on their way.
  void flow.load();
  await renderPage("participant", <ParticipantPage flow={flow} />);
}
