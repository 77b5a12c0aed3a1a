import { Card } from "@nexbasira/ui/card.tsx";
import type { ReactNode } from "react";

interface AdminTableProps {
  /** Headings of the columns, each its own key. */
  headings: readonly string[];
  /** Of a last column that holds buttons: its name, for screen readers alone. */
  actions?: string;
  children: ReactNode;
}

/** A table in a card. Where there is no room for columns, its rows are cards with their facts. */
export function AdminTable({ headings, actions, children }: AdminTableProps) {
  return (
    <Card padded={false}>
      <table className="w-full text-left text-sm max-lg:block">
        <thead className="max-lg:hidden">
          <tr className="border-b border-line bg-sunken text-xs text-muted">
            {headings.map((heading) => (
              <th key={heading} scope="col" className="px-3 py-2.5 font-medium whitespace-nowrap first:pl-5 last:pr-5">
                {heading}
              </th>
            ))}
            {actions !== undefined && (
              <th scope="col" className="pr-5">
                <span className="sr-only">{actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody className="max-lg:block">{children}</tbody>
      </table>
    </Card>
  );
}
