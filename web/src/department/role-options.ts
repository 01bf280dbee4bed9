import { roles } from "#contract/workspace/account.ts";

/** For a choice of one. */
export const roleOptions = roles.map((role) => ({ value: role, label: role }));
