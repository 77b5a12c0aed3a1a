import { type ReactNode, useState } from "react";
import { LanguageSwitch } from "../language-switch.tsx";
import { NativeSelect } from "../native-select.tsx";
import { renderPage } from "../render-page.tsx";
import { chooseTheme, storedTheme, THEMES } from "../theme.ts";
import { ToastArea } from "../toast.tsx";
import { TooltipProvider } from "../tooltip.tsx";
import { BoardPart } from "./board-part.tsx";
import { CallPart } from "./call-part.tsx";
import { ControlsPart } from "./controls-part.tsx";
import { StatesPart } from "./states-part.tsx";

/** Every component in every state, to be looked at while developing. It is no part of what is built. */
function Gallery() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <TooltipProvider>
      <main className="mx-auto flex max-w-6xl flex-col gap-10 p-4 sm:p-8">
        <header className="flex flex-wrap items-end justify-between gap-4">
          <h1 className="text-xl font-semibold">Components</h1>
          <div className="flex items-end gap-2">
            <LanguageSwitch />
            <NativeSelect
              label="Theme"
              value={theme}
              options={THEMES.map((value) => ({ value, label: value }))}
              onChange={(chosen) => {
                chooseTheme(chosen);
                setTheme(chosen);
              }}
            />
          </div>
        </header>
        <Part title="Controls">
          <ControlsPart />
        </Part>
        <Part title="States">
          <StatesPart />
        </Part>
        <Part title="Call">
          <CallPart />
        </Part>
        <Part title="Board and positions">
          <BoardPart />
        </Part>
      </main>
      <ToastArea />
    </TooltipProvider>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  );
}

await renderPage("console", <Gallery />);
