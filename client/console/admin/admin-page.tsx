import type { ReactNode } from "react";
import { usePageTitle } from "../common/use-page-title.ts";

export interface AdminPageProps {
  title: string;
  text: string;
  /** At the right of the title. */
  action?: ReactNode;
  children: ReactNode;
}

/** One of the administrator's pages: what it is for, and its content. */
export function AdminPage({ title, text, action, children }: AdminPageProps) {
  usePageTitle(title);
  return (
    <div className="flex w-full max-w-6xl flex-1 flex-col gap-5 p-4 sm:p-6">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex max-w-2xl min-w-0 flex-col gap-1">
          <h1 className="text-lg font-semibold">{title}</h1>
          <p className="text-sm text-muted">{text}</p>
        </div>
        {action}
      </header>
      {children}
    </div>
  );
}
