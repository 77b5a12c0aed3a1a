import type { EvidenceKind } from "@nexbasira/core/contract/evidence.ts";
import { Camera, FileText, Film, type LucideIcon, PencilLine, Presentation } from "lucide-react";

export const ITEM_ICONS: Record<EvidenceKind, LucideIcon> = {
  snapshot: Camera,
  annotation: PencilLine,
  whiteboard: Presentation,
  clip: Film,
  document: FileText,
};
