import { operation } from "../operation.ts";
import { MemberPageQuery, Organization, OrganizationMemberPage, OrganizationQuery } from "../organization.ts";
import { MEMBER, ORGANIZATION, pageExample } from "./examples.ts";

const TAG = "Organization";

export const ORGANIZATION_OPERATIONS = {
  readOrganization: operation({
    method: "get",
    path: "/org",
    tag: TAG,
    summary: "Retrieve your organization",
    description:
      "Its quotas and what is used of them, the rate limits, its members, and what each role may do. " +
      "Live and test mode are counted apart.",
    permission: "org:read",
    query: OrganizationQuery,
    answer: { status: 200, schema: Organization, description: "The organization.", example: ORGANIZATION },
  }),
  listMembers: operation({
    method: "get",
    path: "/org/members",
    tag: TAG,
    summary: "List members",
    description: "By the age of their accounts, the oldest first.",
    permission: "org:read",
    query: MemberPageQuery,
    answer: {
      status: 200,
      schema: OrganizationMemberPage,
      description: "One page of members.",
      example: pageExample(MEMBER),
    },
  }),
};
