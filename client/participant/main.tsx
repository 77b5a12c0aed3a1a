import "./participant.css";
import { renderPage } from "@nexbasira/ui/render-page.tsx";
import { ParticipantFlow } from "./participant-flow.ts";
import { ParticipantPage } from "./participant-page.tsx";

/** The page's address is `/s/{token}`. */
const token = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const flow = new ParticipantFlow(token);
// Asked for while the texts are still on their way.
void flow.load();
await renderPage("participant", <ParticipantPage flow={flow} />);
