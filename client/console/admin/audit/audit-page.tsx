import type { AuditLogEntry } from "@nexbasira/core/contract/audit.ts";
import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { EmptyState } from "@nexbasira/ui/empty-state.tsx";
import { SkeletonList } from "@nexbasira/ui/skeleton.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download, ScrollText, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { auditExportUrl, listAuditEntries } from "../../api/audit.ts";
import { queryKeys } from "../../api/keys.ts";
import { AdminPage } from "../admin-page.tsx";
import { AuditFilterBar } from "./audit-filter-bar.tsx";
import {
  type AuditFilters,
  addressWithFilters,
  filtersFromAddress,
  isFiltered,
  NO_FILTERS,
  queryOfFilters,
} from "./audit-filters.ts";
import { EntryList } from "./entry-list.tsx";
import { EntryPanel } from "./entry-panel.tsx";
import { LogState } from "./log-state.tsx";

/** The organization's whole log: what state it is in, what it says, and all of it as a file. The filters are in the address. */
export function AuditPage() {
  const { t } = useTranslation("console");
  const [address, setAddress] = useSearchParams();
  const [open, setOpen] = useState<AuditLogEntry>();
  const filters = filtersFromAddress(address);
  const query = queryOfFilters(filters);
  const setFilters = (next: AuditFilters) => {
    setOpen(undefined);
    setAddress((current) => addressWithFilters(current, next), { replace: true });
  };
  return (
    <AdminPage
      title={t("admin.audit.title")}
      text={t("admin.audit.text")}
      action={
        <div className="flex flex-wrap gap-2">
          {(["csv", "jsonl"] as const).map((format) => (
            <a
              key={format}
              href={auditExportUrl(query, format)}
              download
              data-testid={`export-${format}`}
              className={buttonClass("secondary", "medium")}
            >
              <Download size={16} aria-hidden />
              {t(`admin.audit.export_${format}`)}
            </a>
          ))}
        </div>
      }
    >
      <LogState />
      <AuditFilterBar filters={filters} onChange={setFilters} />
      <Entries
        query={query.toString()}
        filtered={isFiltered(filters)}
        onOpen={setOpen}
        onClear={() => setFilters(NO_FILTERS)}
      />
      <EntryPanel
        entry={open}
        onClose={() => setOpen(undefined)}
        onNarrow={(narrowed) => setFilters({ ...filters, ...narrowed })}
      />
    </AdminPage>
  );
}

interface EntriesProps {
  query: string;
  filtered: boolean;
  onOpen: (entry: AuditLogEntry) => void;
  onClear: () => void;
}

function Entries({ query, filtered, onOpen, onClear }: EntriesProps) {
  const { t } = useTranslation("console");
  const pages = useInfiniteQuery({
    queryKey: queryKeys.auditEntries(query),
    queryFn: ({ pageParam, signal }) => listAuditEntries(new URLSearchParams(query), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // The log grows without telling the console.
    refetchOnMount: "always",
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.data), [pages.data]);
  if (rows === undefined) {
    return (
      <Card>
        {pages.error === null ? (
          <SkeletonList rows={8} />
        ) : (
          <ApiFailed error={pages.error} onRetry={() => void pages.refetch()} />
        )}
      </Card>
    );
  }
  if (rows.length === 0) {
    return (
      <Card>
        {filtered ? (
          <EmptyState
            icon={SearchX}
            title={t("admin.audit.none_match")}
            text={t("admin.audit.none_match_text")}
            action={<Button onClick={onClear}>{t("admin.audit.clear")}</Button>}
          />
        ) : (
          <EmptyState icon={ScrollText} title={t("audit.empty")} text={t("admin.audit.empty_text")} />
        )}
      </Card>
    );
  }
  return (
    <EntryList
      rows={rows}
      hasMore={pages.hasNextPage && pages.error === null}
      error={pages.error}
      onRetry={() => void pages.fetchNextPage()}
      onNearEnd={() => {
        if (!pages.isFetching) void pages.fetchNextPage();
      }}
      onOpen={onOpen}
    />
  );
}
