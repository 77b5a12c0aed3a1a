import type { Brand } from "@nexbasira/core/contract/join.ts";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { PageFrame } from "./page-frame.tsx";

export interface MessagePageProps {
  brand: Brand | null;
  icon: LucideIcon;
  title: string;
  /** What happened, what to do: a paragraph each. */
  children: ReactNode;
  action?: ReactNode;
}

/** A page that says one thing. */
export function MessagePage({ brand, icon: Icon, title, children, action }: MessagePageProps) {
  return (
    <PageFrame brand={brand} {...(action !== undefined && { footer: action })}>
      <div className="my-auto flex flex-col gap-4 py-6">
        <span className="inline-flex size-14 items-center justify-center rounded-full bg-accent-soft text-accent-text">
          <Icon size={28} aria-hidden />
        </span>
        <h1 className="text-xl font-semibold">{title}</h1>
        <div className="flex flex-col gap-3 text-muted">{children}</div>
      </div>
    </PageFrame>
  );
}
