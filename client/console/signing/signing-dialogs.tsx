import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { CodeRecipientDialog } from "./code-recipient-dialog.tsx";
import { IdentityDialog } from "./identity-dialog.tsx";

export interface SigningDialogsProps {
  detail: SessionDetail;
  open: "identity" | "recipient" | undefined;
  onOpen: (open: "identity" | "recipient" | undefined) => void;
  /** Asks for the drawn signature, by a code or without one. */
  onRequest: () => void;
}

/** What the inspector is asked on the way to a signature: who it is, and where the code goes. */
export function SigningDialogs({ detail, open, onOpen, onRequest }: SigningDialogsProps) {
  const { session, signing } = detail;
  const isDrawn = session.signature.level === "ses";
  // Whoever came by a link alone can be sent neither the code nor the word that the report is ready.
  const afterIdentity = () => onOpen(signing.code_recipient === null ? "recipient" : undefined);
  return (
    <>
      {open === "identity" && (
        <IdentityDialog detail={detail} onDone={afterIdentity} onClose={() => onOpen(undefined)} />
      )}
      {open === "recipient" && (
        <CodeRecipientDialog
          sessionId={session.id}
          onClose={() => onOpen(undefined)}
          onDone={isDrawn ? onRequest : () => onOpen(undefined)}
          onWithout={isDrawn ? onRequest : undefined}
        />
      )}
    </>
  );
}
