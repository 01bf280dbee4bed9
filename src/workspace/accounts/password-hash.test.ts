import { expect, test } from "vitest";
import { hashPassword, matchesPassword } from "./password-hash.ts";

test("a password matches its own hash and no other, however its accents were typed", async () => {
  const hash = await hashPassword("caf\u00e9 au lait");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await matchesPassword("cafe\u0301 au lait", hash)).toBe(true);
  expect(await matchesPassword("cafe au lait", hash)).toBe(false);
  expect(await matchesPassword("", hash)).toBe(false);
});

test("the same password has another hash each time, and what is no hash matches nothing", async () => {
  const [a, b] = [await hashPassword("a sentence to keep"), await hashPassword("a sentence to keep")];
  expect(a).not.toBe(b);
  for (const none of [null, "", "$argon2id$v=19$m=8,t=1,p=1$AAAA$"])
    expect(await matchesPassword("a sentence to keep", none)).toBe(false);
});

test("the hash is RFC 9106's: a value of the reference implementation matches", async () => {
  // argon2 -id -t 2 -m 16 -p 1 of "password" with the salt "somesalt", from the test vectors of the reference implementation.
  const vector = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  expect(await matchesPassword("password", vector)).toBe(true);
});
