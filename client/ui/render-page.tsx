import "./page.css";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { type Namespace, startI18n } from "./i18n.ts";
import { applyStoredTheme } from "./theme.ts";

/**
 * Shows a page in `#root`: theme, translations of `common` and of the page's own namespace, React. The first paint waits
 * for the translations of one language (a few kilobytes), so that no text jumps.
 */
export async function renderPage(namespace: Namespace, content: ReactNode): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no element with the id root.");
  applyStoredTheme();
  const i18n = await startI18n(namespace);
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>{content}</I18nextProvider>
    </StrictMode>,
  );
}
