/**
 * Who works in a workspace that knows its users: accounts with a role, and what page and server say to each other about
 * signing in.
 */
import { z } from "zod";

/** Each may what the ones before may. A viewer looks; an editor adds patients and draws; an approver signs; an admin keeps accounts. */
export const roles = ["viewer", "editor", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** What a route asks for: a role or more, or nothing. */
export type Access = Role | "public";

export function mayDo(role: Role, access: Access): boolean {
  return access === "public" || roles.indexOf(role) >= roles.indexOf(access);
}

/** What an account signs in as. */
export const loginSchema = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}._@-]{1,64}$/u, "letters, digits, and . _ @ - only, at most 64 of them");
/** What stands under a signature: in a version, in the RTSTRUCT (300E,0008), in the log. */
export const displayNameSchema = z.string().trim().min(1).max(64);
/** A sentence is easy to remember and hard to guess; NIST SP 800-63B 3.1.1 asks for no mixture of characters. */
export const passwordSchema = z.string().min(12, "at least 12 characters").max(256);
const roleSchema = z.enum(roles);

/** The one who is signed in. */
export const accountSchema = z.strictObject({
  id: z.uuid(),
  login: z.string(),
  displayName: z.string(),
  role: roleSchema,
});
export type Account = z.infer<typeof accountSchema>;

export const sessionSchema = z.strictObject({
  /** False: this workspace has no accounts, and everybody who reaches it may do everything. */
  required: z.boolean(),
  account: accountSchema.nullable(),
  /** Another service may be asked who somebody is (OpenID Connect). */
  singleSignOn: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

/** Of a page's requests: the id of the account whose page it is. Another one may have signed in in the same browser since. */
export const accountHeader = "x-delineate-account";

export const userSchema = z.strictObject({
  ...accountSchema.shape,
  disabled: z.boolean(),
  /** Signs in through another service, not by a password. */
  singleSignOn: z.boolean(),
  lastSeenAt: z.string().nullable(),
});
export type User = z.infer<typeof userSchema>;

export const newUserSchema = z.strictObject({
  login: loginSchema,
  displayName: displayNameSchema,
  role: roleSchema,
  password: passwordSchema,
});
export type NewUser = z.infer<typeof newUserSchema>;

export const userChangeSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z.boolean().optional(),
  displayName: displayNameSchema.optional(),
  password: passwordSchema.optional(),
});
export type UserChange = z.infer<typeof userChangeSchema>;

export const auditEntrySchema = z.strictObject({
  /** From 1, without a gap. */
  number: z.int(),
  /** ISO 8601, UTC. */
  at: z.string(),
  /** The account's login; empty for somebody who is not signed in, or where there are no accounts. */
  who: z.string(),
  /** The route's name, or what the command line did. */
  action: z.string(),
  /** Ids of the route's address: a case's, a review's; what is asked of an account. Never a patient's name, nor a password. */
  subject: z.record(z.string(), z.string()),
  /** Empty where nothing spoke against it; else the error's code. */
  refused: z.string(),
  /** SHA-256 of the entry before (empty for the first), and of this one with it, in hexadecimal. */
  previous: z.string(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
