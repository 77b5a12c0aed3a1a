import type { AuditActor } from "@nexbasira/core/contract/audit.ts";
import type { TFunction } from "i18next";
import type { z } from "zod";

/** What an actor is called now; its id where nobody knows it any more, and words for what is no person. */
export function actorName({ type, id, name }: z.infer<typeof AuditActor>, t: TFunction<"console">): string {
  if (name !== null) return name;
  if (type === "system" && id === "event") return t("admin.audit.by_event_link");
  if (type === "system" && id === "room") return t("admin.audit.by_room");
  if (type === "system" && id === "retention") return t("admin.audit.by_rule");
  return type === "system" ? t("admin.audit.by_system", { id }) : `${type}:${id}`;
}
