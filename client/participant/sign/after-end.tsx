import type { Brand } from "@nexbasira/core/contract/join.ts";
import type { ReactNode } from "react";
import { DocumentPage } from "./document-page.tsx";
import { useSigning } from "./use-signing.ts";

export interface AfterEndProps {
  token: string;
  brand: Brand | null;
  /** What goes along with the document, if there is one to sign. */
  beside: ReactNode;
  /** The page where there is nothing to sign. */
  children: ReactNode;
}

/** The end of a session: the document to sign, where there is one. */
export function AfterEnd({ token, brand, beside, children }: AfterEndProps) {
  const actions = useSigning(token);
  const { signing } = actions;
  if (signing === null || signing.state === "none" || signing.state === "drawing") return children;
  return (
    <DocumentPage brand={brand} actions={actions} signing={{ ...signing, state: signing.state }}>
      {beside}
    </DocumentPage>
  );
}
