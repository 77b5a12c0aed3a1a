import type { PersonSession } from "@nexbasira/core/contract/retention.ts";
import { Button, buttonClass } from "@nexbasira/ui/button.tsx";
import { Card } from "@nexbasira/ui/card.tsx";
import { NativeSelect } from "@nexbasira/ui/native-select.tsx";
import { TextField } from "@nexbasira/ui/text-field.tsx";
import { useMutation } from "@tanstack/react-query";
import { Download, Eraser, Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { findPerson, personExportUrl } from "../../api/retention.ts";
import { ProblemNotice } from "../problem-notice.tsx";
import { ErasePersonDialog } from "./erase-person-dialog.tsx";
import { PersonSessionList } from "./person-session-list.tsx";

const WAYS = ["email", "phone", "participant"] as const;
type Way = (typeof WAYS)[number];

/** Finds the sessions of one person, to hand out all that is known of them, or to make them unreadable. */
export function PersonPart() {
  const { t } = useTranslation("console");
  const [by, setBy] = useState<Way>("email");
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isErasing, setErasing] = useState(false);
  const search = useMutation({
    mutationFn: findPerson,
    // An address may be shared: only those of the newest one's name are chosen by themselves.
    onSuccess: ({ data }) =>
      setChosen(new Set(data.filter(({ name }) => name === data[0]?.name).map(({ session_id }) => session_id))),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.mutate({ by, value: typed.trim().replaceAll(by === "phone" ? /[\s()-]/g : /\s/g, "") });
  };
  const found = search.data?.data;
  const sessions: PersonSession[] = found?.filter(({ session_id }) => chosen.has(session_id)) ?? [];
  const severalNames = new Set(sessions.map(({ name }) => name)).size > 1;
  return (
    <section className="flex flex-col gap-3" data-testid="person">
      <div className="flex flex-col gap-1">
        <h2 className="font-semibold">{t("admin.privacy.title")}</h2>
        <p className="max-w-2xl text-sm text-muted">{t("admin.privacy.text")}</p>
      </div>
      <Card className="flex flex-col gap-5">
        <form onSubmit={submit} className="grid items-end gap-3 sm:grid-cols-[12rem_minmax(0,1fr)_auto]">
          <NativeSelect
            label={t("admin.privacy.by")}
            value={by}
            options={WAYS.map((value) => ({ value, label: t(`admin.privacy.ways.${value}`) }))}
            onChange={setBy}
          />
          <TextField
            label={t(`admin.privacy.ways.${by}`)}
            name="person"
            autoComplete="off"
            placeholder={t(`admin.privacy.examples.${by}`)}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button
            type="submit"
            icon={Search}
            data-testid="find-person"
            disabled={typed.trim() === ""}
            busy={search.isPending}
          >
            {t("admin.privacy.find")}
          </Button>
        </form>
        {search.error !== null && <ProblemNotice error={search.error} otherwise={t("admin.privacy.not_found")} />}
        {found?.length === 0 && (
          <p role="status" className="text-sm text-muted">
            {t("admin.privacy.nobody")}
          </p>
        )}
        {found !== undefined && found.length > 0 && (
          <>
            <PersonSessionList sessions={found} chosen={chosen} onChange={setChosen} />
            {severalNames && <p className="text-sm text-muted">{t("admin.privacy.several_names")}</p>}
            <div className="flex flex-wrap justify-end gap-2">
              <Button icon={Eraser} disabled={sessions.length === 0 || severalNames} onClick={() => setErasing(true)}>
                {t("admin.privacy.erase")}
              </Button>
              {sessions.length > 0 && (
                <a
                  href={personExportUrl(sessions.map(({ session_id }) => session_id))}
                  download
                  data-testid="export-person"
                  className={buttonClass("primary", "medium")}
                >
                  <Download size={16} aria-hidden />
                  {t("admin.privacy.export")}
                </a>
              )}
            </div>
          </>
        )}
      </Card>
      <ErasePersonDialog
        open={isErasing}
        sessions={sessions}
        onClose={() => setErasing(false)}
        onErased={() => {
          setErasing(false);
          setTyped("");
          search.reset();
        }}
      />
    </section>
  );
}
