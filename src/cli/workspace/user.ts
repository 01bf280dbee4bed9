/** `delineate user` on the command line: accounts, made and changed while no server runs. */

import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import {
  displayNameSchema,
  loginSchema,
  passwordSchema,
  type Role,
  roles,
  type UserChange,
} from "#contract/workspace/account.ts";
import { DelineateError } from "#core/errors.ts";
import { databaseOption, filesOption } from "../arguments/options.ts";
import { printResult, say, table } from "../output.ts";
import { refuseNoWorkspace } from "./existing-workspace.ts";

/** Where the records are. */
type Place = {
  readonly data: string;
  readonly database?: string | undefined;
  readonly files?: string | undefined;
};
type Options = Place & { readonly json?: boolean };
type AddOptions = Options & { readonly role: Role; readonly name?: string };
type ChangeOptions = Options & {
  readonly role?: Role;
  readonly name?: string;
  readonly disable?: boolean;
  readonly enable?: boolean;
  readonly password?: boolean;
};

const roleOption = (): Option => new Option("--role <ROLE>", "what the account may do").choices(roles);

export function userVerb(command: Command): void {
  command.addHelpText(
    "after",
    "\nThe password is read from standard input: typed, or piped as one line. An admin adds and changes accounts on the page, too.\n\nExamples:\n  $ delineate user add ann --name 'Ann Example' --role admin --data /data/workspace\n  $ delineate user change ann --password --data /data/workspace\n  $ delineate user list --data /data/workspace",
  );
  command
    .command("list")
    .description("Every account with its role.")
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption())
    .option("--json", "as JSON")
    .action(async ({ json, ...place }: Options) => {
      await refuseNoWorkspace(place);
      const users = await within(place, async ({ listUsers }, workspace) => listUsers(workspace.db));
      const rows = users.map(({ login, displayName, role, disabled, singleSignOn }) => [
        login,
        displayName,
        role,
        disabled ? "disabled" : singleSignOn ? "signs in elsewhere" : "",
      ]);
      printResult(
        json,
        users,
        rows.length === 0 ? "No accounts." : table(["login", "signs as", "role", ""], rows),
      );
    });
  command
    .command("add <LOGIN>")
    .description("A new account. From the first one on everybody has to sign in.")
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption())
    .option("--name <NAME>", "what stands under signatures (default: the login)")
    .addOption(roleOption().default("viewer"))
    .action(async (login: string, { role, name, ...place }: AddOptions) => {
      const user = {
        login: checked(loginSchema, login, "The login"),
        displayName: checked(displayNameSchema, name ?? login, "The name"),
        role,
        password: await readPassword(),
      };
      await within(place, async ({ addUser }, workspace) => {
        await recorded(workspace, { action: "addUser", login, asked: user }, () => addUser(workspace, user));
      });
      say(`${user.login} may sign in as ${role}, and signs as ${user.displayName}.`);
    });
  command
    .command("change <LOGIN>")
    .description("Another role, name or password, or whether the account may sign in.")
    .option("--data <DIR>", "folder of the workspace", "workspace")
    .addOption(databaseOption())
    .addOption(filesOption())
    .addOption(roleOption())
    .option("--name <NAME>", "what stands under signatures from now on")
    .option("--password", "asks for a new one; the account's sessions end")
    .addOption(new Option("--disable", "it may no longer sign in; what it signed stays").conflicts("enable"))
    .option("--enable", "it may sign in again")
    .action(async (login: string, { data, database, files, ...options }: ChangeOptions) => {
      await refuseNoWorkspace({ data, database });
      const change = await changeOf(options);
      await within({ data, database, files }, async ({ listUsers, changeUser }, workspace) => {
        const user = (await listUsers(workspace.db)).find((known) => known.login === login);
        if (user === undefined)
          throw new DelineateError("not-found", `There is no account ${login}: see delineate user list.`);
        const changing = () => changeUser(workspace, user.id, change);
        await recorded(workspace, { action: "changeUser", login, asked: change }, changing);
      });
      say(`${login} was changed.`);
    });
}

async function changeOf({
  role,
  name,
  disable,
  enable,
  password,
}: Omit<ChangeOptions, keyof Place>): Promise<UserChange> {
  const change: UserChange = {
    ...(role && { role }),
    ...(name !== undefined && { displayName: checked(displayNameSchema, name, "The name") }),
    ...(disable && { disabled: true }),
    ...(enable && { disabled: false }),
    ...(password && { password: await readPassword() }),
  };
  if (Object.keys(change).length === 0)
    throw new DelineateError(
      "usage",
      "Say what to change: --role, --name, --password, --disable or --enable.",
    );
  return change;
}

type Users = typeof import("#workspace/accounts/users.ts");
type OpenedWorkspace = Awaited<ReturnType<typeof import("#workspace/workspace.ts").openWorkspace>>;

/**
 * Who may read the data folder needs no account: the audit log says that it was done, and not by whom. As of a request it says so before
 * it is done, and once more where it was refused.
 */
async function recorded(
  workspace: OpenedWorkspace,
  { action, login, asked }: { readonly action: string; readonly login: string; readonly asked: UserChange },
  work: () => Promise<unknown>,
): Promise<void> {
  const { appendAudit, askedOfAccount } = await import("#workspace/accounts/audit.ts");
  const event = { who: "", action, subject: { login, ...askedOfAccount(asked), by: "the command line" } };
  await appendAudit(workspace, event);
  try {
    await work();
  } catch (error) {
    await appendAudit(workspace, {
      ...event,
      refused: error instanceof DelineateError ? error.code : "unexpected",
    });
    throw error;
  }
}

/** Throws `folder-in-use` while a server runs on the folder. */
async function within<T>(
  { data, ...place }: Place,
  work: (users: Users, workspace: OpenedWorkspace) => Promise<T>,
): Promise<T> {
  // Here, not above: the database would slow the help.
  const { openWorkspace } = await import("#workspace/workspace.ts");
  const workspace = await openWorkspace(resolve(data), undefined, place);
  try {
    return await work(await import("#workspace/accounts/users.ts"), workspace);
  } finally {
    await workspace.close();
  }
}

function checked(
  schema: typeof loginSchema | typeof displayNameSchema | typeof passwordSchema,
  text: string,
  what: string,
): string {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new DelineateError("usage", `${what} is not as it must be: ${parsed.error.issues[0].message}.`);
}

/** One line of standard input; on a terminal it is not shown. */
async function readPassword(): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    for await (const line of createInterface({ input: stdin }))
      return checked(passwordSchema, line, "The password");
    throw new DelineateError("usage", "Expected the password as a line of standard input; there was none.");
  }
  stderr.write("Password (at least 12 characters, a sentence is fine): ");
  const lines = createInterface({ input: stdin, terminal: true, output: undefined });
  try {
    return checked(passwordSchema, await lines.question(""), "The password");
  } finally {
    lines.close();
    stderr.write("\n");
  }
}
