import { ApiFailed } from "@nexbasira/ui/api-failed.tsx";
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { MemberContext } from "./member-context.ts";
import { addressOfSignIn } from "./return-address.ts";
import { useMe } from "./use-me.ts";

/** Shows its content to members; everybody else signs in first and comes back here. */
export function MemberOnly({ children }: { children: ReactNode }) {
  const { data: me, error, refetch } = useMe();
  const { pathname, search } = useLocation();
  if (me === null) return <Navigate to={addressOfSignIn(pathname + search)} replace />;
  if (me !== undefined) return <MemberContext value={me}>{children}</MemberContext>;
  if (error === null) return null;
  return (
    <main className="grid min-h-dvh place-items-center">
      <ApiFailed error={error} onRetry={() => void refetch()} />
    </main>
  );
}
