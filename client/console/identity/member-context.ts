import type { Me } from "@nexbasira/core/contract/console.ts";
import { createContext, useContext } from "react";

export const MemberContext = createContext<Me | undefined>(undefined);

/** The member who is signed in. Only below `MemberOnly`. */
export function useMember(): Me {
  const me = useContext(MemberContext);
  if (me === undefined) throw new Error("useMember outside MemberOnly");
  return me;
}
