/** Passwords as they are kept: Argon2id (RFC 9106) with a salt of their own, written as the PHC string format has it. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane; some 50 ms. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await derive("argon2id", { ...cost, message: normalised(password), nonce });
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(nonce)}$${base64(tag)}`;
}

const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

/** Takes as long for a hash that is none (null: no such account) as for one that is. */
export async function matchesPassword(password: string, hash: string | null): Promise<boolean> {
  const [, memory, passes, parallelism, nonce, tag] = form.exec(hash ?? "") ?? [];
  const isKnown = tag !== undefined;
  const expected = isKnown ? Buffer.from(tag, "base64") : Buffer.alloc(cost.tagLength);
  const givenTag = await derive("argon2id", {
    message: normalised(password),
    nonce: isKnown ? Buffer.from(nonce, "base64") : Buffer.alloc(16),
    memory: isKnown ? Number(memory) : cost.memory,
    passes: isKnown ? Number(passes) : cost.passes,
    parallelism: isKnown ? Number(parallelism) : cost.parallelism,
    tagLength: expected.length,
  });
  return timingSafeEqual(givenTag, expected) && isKnown;
}

/** Keyboards differ in how they compose an accent. */
const normalised = (password: string): string => password.normalize("NFKC");

const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
