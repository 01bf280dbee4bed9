/** Certificates as a hospital's authority gives them out, made by OpenSSL for one test. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export type Certificate = { readonly certificate: string; readonly key: string };

/** An authority of its own in `folder`. */
export function makeAuthority(folder: string, name: string): Certificate {
  return make(folder, name, ["-days", "2"]);
}

/** A certificate that `authority` signed and that is valid longer than it; `names`: of the machine, such as "IP:127.0.0.1". */
export function signedBy(authority: Certificate, folder: string, name: string, names: string): Certificate {
  const signed = ["-CA", authority.certificate, "-CAkey", authority.key];
  return make(folder, name, [...signed, "-days", "4", "-addext", `subjectAltName=${names}`]);
}

function make(folder: string, name: string, more: readonly string[]): Certificate {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)];
  const files = ["-keyout", key, "-out", certificate];
  const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", `/CN=${name}`];
  execFileSync("openssl", ["req", ...kind, ...files, ...more], { stdio: "ignore" });
  return { certificate, key };
}
