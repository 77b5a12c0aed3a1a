import type { Brand } from "@nexbasira/core/contract/join.ts";
import { BrandMark } from "@nexbasira/ui/brand-mark.tsx";
import { classNames } from "@nexbasira/ui/class-names.ts";
import { LanguageSwitch } from "@nexbasira/ui/language-switch.tsx";
import type { ReactNode } from "react";

/** A page of text: the brand and the language above, what there is to press below, within a thumb's reach. */
export function PageFrame({
  brand,
  children,
  footer,
}: {
  brand: Brand | null;
  children: ReactNode;
  footer?: ReactNode;
}) {
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-xl flex-col">
      <header className="flex items-center justify-between gap-3 px-5 pt-[max(0.75rem,env(safe-area-inset-top))] pb-1">
        <BrandMark brand={brand} />
        <LanguageSwitch touch className="-mr-3" />
      </header>
      <main className={classNames("flex flex-1 flex-col px-5 pt-3", footer === undefined ? "pb-10" : "pb-6")}>
        {children}
      </main>
      {footer !== undefined && (
        <footer className="sticky bottom-0 z-10 border-t border-line bg-base px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:static sm:border-0 sm:bg-transparent sm:pb-10">
          {footer}
        </footer>
      )}
    </div>
  );
}
