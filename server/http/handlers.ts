import type { ConsoleOperations } from "@nexbasira/core/contract/operations/console-operations.ts";
import type { PublicOperations } from "@nexbasira/core/contract/operations/public-operations.ts";
import type { MemberCaller } from "./authenticate.ts";
import type { Handlers } from "./operations.ts";

/** What a subject's routes give: a handler for each of these operations. */
export type PublicHandlers<Names extends keyof PublicOperations> = Handlers<PublicOperations, Names>;
export type ConsoleHandlers<Names extends keyof ConsoleOperations> = Handlers<ConsoleOperations, Names, MemberCaller>;
