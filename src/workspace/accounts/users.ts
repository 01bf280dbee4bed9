/** The accounts of a workspace. One that is disabled stays: what it signed names it. */
import { randomUUID } from "node:crypto";
import type { Account, NewUser, User, UserChange } from "#contract/workspace/account.ts";
import { DelineateError } from "#core/errors.ts";
import type { Database, Db } from "#workspace/records/database.ts";
import type { UserTable } from "#workspace/records/tables.ts";
import { hashPassword, matchesPassword } from "./password-hash.ts";

type Records = Pick<Database, "db" | "transact">;

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom("users").select("id").executeTakeFirst()) !== undefined;
}

export async function listUsers(db: Db): Promise<User[]> {
  const rows = await db
    .selectFrom("users")
    .leftJoin("sessions", "sessions.user_id", "users.id")
    .selectAll("users")
    .select((select) => select.fn.max("sessions.seen_at").as("last_seen"))
    .groupBy("users.id")
    .orderBy("login")
    .execute();
  return rows.map(({ last_seen, ...row }) => ({
    ...accountOf(row),
    disabled: row.disabled,
    singleSignOn: row.subject !== null,
    lastSeenAt: last_seen === null ? null : new Date(last_seen).toISOString(),
  }));
}

/** Throws `usage` where the login or the name under signatures is taken. */
export async function addUser(
  { transact }: Records,
  { login, displayName, role, password }: NewUser,
): Promise<Account> {
  const hash = await hashPassword(password);
  return transact((db) => insertUser(db, { login, displayName, role, password: hash, subject: null }));
}

/**
 * Throws `not-found`, and `usage` for a name that is taken and for what would leave nobody who keeps accounts. The account's
 * sessions end where it is disabled or gets another password.
 */
export async function changeUser({ transact }: Records, id: string, change: UserChange): Promise<Account> {
  const password = change.password === undefined ? undefined : await hashPassword(change.password);
  return transact(async (db) => {
    const row = await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) throw new DelineateError("not-found", "There is no such account.");
    if (change.displayName !== undefined && change.displayName !== row.display_name)
      await refuseTaken(db, { displayName: change.displayName });
    const changed = {
      role: change.role ?? row.role,
      disabled: change.disabled ?? row.disabled,
      display_name: change.displayName ?? row.display_name,
      password: password ?? row.password,
    };
    await db.updateTable("users").set(changed).where("id", "=", id).execute();
    const admins = await db
      .selectFrom("users")
      .select("id")
      .where("role", "=", "admin")
      .where("disabled", "=", false)
      .execute();
    if (admins.length === 0 && row.role === "admin")
      throw new DelineateError("usage", "This is the last admin: make another account one first.");
    if (changed.disabled || password !== undefined)
      await db.deleteFrom("sessions").where("user_id", "=", id).execute();
    return accountOf({ ...row, ...changed });
  });
}

/** By login and password; null where they do not belong together or the account is disabled. It takes the same time in each case. */
export async function authenticate(db: Db, login: string, password: string): Promise<Account | null> {
  return (await checkPassword(db, login, password))?.account ?? null;
}

/** An account, and the hash that its password fitted. */
export type CheckedPassword = { readonly account: Account; readonly hash: string };

/** The same, for those who ask again. */
export async function checkPassword(
  db: Db,
  login: string,
  password: string,
): Promise<CheckedPassword | null> {
  const row = await db.selectFrom("users").selectAll().where("login", "=", login.trim()).executeTakeFirst();
  const hash = row?.password ?? null;
  const matches = await matchesPassword(password, hash);
  return row !== undefined && hash !== null && matches && !row.disabled
    ? { account: accountOf(row), hash }
    : null;
}

/** The account as it is now; null once it is disabled or has another password. */
export async function accountOfChecked(db: Db, { account, hash }: CheckedPassword): Promise<Account | null> {
  const rows = db.selectFrom("users").selectAll().where("id", "=", account.id);
  const row = await rows.where("password", "=", hash).where("disabled", "=", false).executeTakeFirst();
  return row === undefined ? null : accountOf(row);
}

/** Another service's word for who somebody is. */
export type ForeignIdentity = {
  readonly subject: string;
  readonly login: string;
  readonly displayName: string;
};

/**
 * The account of somebody that another service knows; a new one looks only, until an admin gives it another role. Null for one
 * that is disabled. Throws `usage` where its login or name belongs to another account: it must not become that one.
 */
export async function accountOfForeign(
  { transact }: Records,
  foreign: ForeignIdentity,
): Promise<Account | null> {
  return transact(async (db) => {
    const row = await db
      .selectFrom("users")
      .selectAll()
      .where("subject", "=", foreign.subject)
      .executeTakeFirst();
    if (row !== undefined) return row.disabled ? null : accountOf(row);
    return insertUser(db, { ...foreign, role: "viewer", password: null });
  });
}

type NewRow = Pick<UserTable, "login" | "role" | "password" | "subject"> & { readonly displayName: string };

async function insertUser(db: Db, { login, displayName, role, password, subject }: NewRow): Promise<Account> {
  await refuseTaken(db, { login, displayName });
  const row = {
    id: randomUUID(),
    login,
    display_name: displayName,
    role,
    password,
    subject,
    disabled: false,
  };
  await db.insertInto("users").values(row).execute();
  return accountOf(row);
}

/** Signatures name people: two accounts of one name could not be told apart. */
async function refuseTaken(
  db: Db,
  { login, displayName }: { readonly login?: string; readonly displayName: string },
): Promise<void> {
  const rows = await db.selectFrom("users").select(["login", "display_name"]).execute();
  if (rows.some((row) => row.login === login))
    throw new DelineateError("usage", `There is an account ${login} already.`);
  const folded = displayName.toLowerCase();
  if (rows.some((row) => row.display_name.toLowerCase() === folded))
    throw new DelineateError("usage", `Another account signs as ${displayName}: choose another name.`);
}

export function accountOf({
  id,
  login,
  display_name,
  role,
}: Pick<UserTable, "id" | "login" | "display_name" | "role">): Account {
  return { id, login, displayName: display_name, role };
}
