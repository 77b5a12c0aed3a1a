import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button } from "@nexbasira/ui/button.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { ClipboardList, Plus, SearchX } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { usePageTitle } from "../common/use-page-title.ts";
import { useMember } from "../identity/member-context.ts";
import { FilterBar } from "./filter-bar.tsx";
import { NewInspectionPanel } from "./new-inspection-panel.tsx";
import { addressWithFilters, filtersFromAddress, isFiltered, type SessionFilters } from "./session-filters.ts";
import { SkeletonRow } from "./session-row.tsx";
import { SessionTable } from "./session-table.tsx";
import { useSessionPages } from "./use-session-pages.ts";

/** All inspections, newest first. The filters and the open panel are in the address. */
export function SessionsPage() {
  const { t } = useTranslation("console");
  const me = useMember();
  const [address, setAddress] = useSearchParams();
  const filters = filtersFromAddress(address);
  const mayCreate = me.role !== "observer";
  const isCreating = mayCreate && address.has("new");
  usePageTitle(t("sessions.title"));
  const setFilters = (next: SessionFilters) =>
    setAddress((current) => addressWithFilters(current, next), { replace: true });
  const setCreating = (open: boolean) =>
    setAddress((current) => {
      const next = new URLSearchParams(current);
      if (open) next.set("new", "");
      else next.delete("new");
      return next;
    });
  return (
    <div className="flex h-full flex-col">
      <header className="flex flex-col gap-3 border-b border-line px-4 py-4 sm:px-6">
        <div className="flex items-center justify-between gap-4">
          <h1 className="text-lg font-semibold">{t("sessions.title")}</h1>
          {mayCreate && (
            <Button data-testid="new-inspection" variant="primary" icon={Plus} onClick={() => setCreating(true)}>
              {t("sessions.new")}
            </Button>
          )}
        </div>
        <FilterBar filters={filters} onChange={setFilters} />
      </header>
      <SessionList
        filters={filters}
        onClearFilters={() => setFilters({ status: undefined, reference: "", period: undefined })}
        onNew={mayCreate ? () => setCreating(true) : undefined}
      />
      <NewInspectionPanel open={isCreating} onOpenChange={setCreating} />
    </div>
  );
}

interface SessionListProps {
  filters: SessionFilters;
  onClearFilters: () => void;
  onNew: (() => void) | undefined;
}

function SessionList({ filters, onClearFilters, onNew }: SessionListProps) {
  const { t } = useTranslation(["console", "common"]);
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, hasMore, error, loadMore, retry } = useSessionPages(filters);
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      {rows === undefined && error === null && <SkeletonRows />}
      {rows !== undefined && rows.length > 0 && (
        <SessionTable rows={rows} hasMore={hasMore && error === null} onNearEnd={loadMore} scroller={scroller} />
      )}
      {rows?.length === 0 &&
        (isFiltered(filters) ? (
          <EmptyState
            icon={SearchX}
            title={t("sessions.none_match")}
            text={t("sessions.none_match_text")}
            action={<Button onClick={onClearFilters}>{t("sessions.clear_filters")}</Button>}
          />
        ) : (
          <EmptyState
            icon={ClipboardList}
            title={t("sessions.empty")}
            text={t("sessions.empty_text")}
            action={
              onNew && (
                <Button variant="primary" icon={Plus} onClick={onNew}>
                  {t("sessions.new")}
                </Button>
              )
            }
          />
        ))}
      {error !== null && <ApiFailed error={error} onRetry={retry} />}
    </div>
  );
}

function SkeletonRows() {
  const { t } = useTranslation("common");
  return (
    <div role="status">
      <span className="sr-only">{t("loading")}</span>
      {Array.from({ length: 8 }, (_, row) => (
        <SkeletonRow key={row} />
      ))}
    </div>
  );
}
