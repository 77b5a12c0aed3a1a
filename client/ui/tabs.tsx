import * as RadixTabs from "radix-ui/tabs";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

interface Tab<Value extends string> {
  value: Value;
  label: string;
  /** A count beside the label. */
  count?: number;
  content: ReactNode;
}

export interface TabsProps<Value extends string> {
  /** What the tabs are about, for a screen reader. */
  label: string;
  tabs: readonly Tab<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  className?: string;
}

/** Parts of one thing, one shown at a time. Arrow keys move between the tabs. */
export function Tabs<Value extends string>({ label, tabs, value, onChange, className }: TabsProps<Value>) {
  const choose = (chosen: string) => {
    const tab = tabs.find((candidate) => candidate.value === chosen);
    if (tab !== undefined) onChange(tab.value);
  };
  return (
    <RadixTabs.Root value={value} onValueChange={choose} className={classNames("flex min-h-0 flex-col", className)}>
      <RadixTabs.List aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-1">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            className={classNames(
              "-mb-px flex h-10 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2 text-sm font-medium text-muted",
              "transition-colors hover:text-ink data-[state=active]:border-accent-text data-[state=active]:text-ink",
              "focus-visible:outline-offset-[-2px]",
            )}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span data-figures className="rounded-full bg-hover px-1.5 text-xs text-muted">
                {tab.count}
              </span>
            )}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} value={tab.value} className="min-h-0 flex-1 overflow-y-auto">
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
