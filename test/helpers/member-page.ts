import type { MemberRole } from "@nexbasira/core/contract/permission.ts";
import type { Browser, Page } from "puppeteer-core";
import { openPage } from "./browser.ts";
import type { Instance } from "./instance.ts";
import { makeMember } from "./make-organization.ts";

/** A browser of its own in which a new member of the seeded organization is signed in, at the list of sessions. */
export async function openMemberPage(instance: Instance, browser: Browser, role: MemberRole): Promise<Page> {
  const { database } = instance.testDatabase;
  const { id } = await database.selectFrom("organizations").select("id").orderBy("id").executeTakeFirstOrThrow();
  const { cookie } = await makeMember(instance, { org_id: id, role });
  const { page } = await openPage(browser, `${instance.url}/console/sessions`, {
    viewport: { width: 1280, height: 720 },
    before: async (opened) => {
      const cookies = (cookie ?? "").split("; ").map((pair) => pair.split(/=(.*)/s));
      const { hostname: domain } = new URL(instance.url);
      await opened.browserContext().setCookie(
        ...cookies.map(([name = "", value = ""]) => ({
          name,
          value,
          domain,
          path: "/",
          expires: -1,
          size: 0,
          session: true,
          secure: false,
          httpOnly: true,
        })),
      );
    },
  });
  return page;
}
