const MANY = "1000000";

/** The environment of an installation whose tests send more requests than anybody may. */
export const NO_LIMITS = { RATE_LIMIT_KEY: MANY, RATE_LIMIT_ORGANIZATION: MANY, RATE_LIMIT_ADDRESS: MANY };
