import { renderPage } from "@nexbasira/ui/render-page.tsx";
import { App } from "./app.tsx";

await renderPage("console", <App />);
