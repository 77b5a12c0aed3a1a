import type { BetterAuthPlugin } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/**
 * A call of better-auth's that only the server itself can make, and no request: it signs a user in and gives the cookie,
 * made by better-auth's own functions, as the headers of its answer.
 */
export function signInWithoutPassword() {
  return {
    id: "sign-in-without-password",
    endpoints: {
      signInWithoutPassword: createAuthEndpoint.serverOnly(
        { method: "POST", body: z.object({ user_id: z.number().int() }) },
        async (call) => {
          const { internalAdapter } = call.context;
          const user = await internalAdapter.findUserById(String(call.body.user_id));
          if (!user) throw new Error(`there is no user ${call.body.user_id}`);
          await setSessionCookie(call, { session: await internalAdapter.createSession(user.id), user });
        },
      ),
    },
  } satisfies BetterAuthPlugin;
}
