/**
 * Which object store, and who we are to it: `s3://bucket/prefix` on the command line, the rest in the variables that programs of
 * AWS read (AWS SDKs and Tools Reference Guide, "Environment variables"). No secret stands in an argument or in a message.
 */
import { DelineateError } from "#core/errors.ts";

export type S3Address = {
  /** As it was given. */
  readonly name: string;
  /** Of the bucket. Buckets are named in the path, as MinIO and Ceph expect without a name of their own for each. */
  readonly url: string;
  /** Of all keys; empty, or with a slash at its end. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
};

/** Bucket names as AWS has them ("Bucket naming rules"); of prefixes what needs no escaping anywhere. */
const form = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.-]+)*)\/?$/;
const localHosts = ["localhost", "127.0.0.1", "[::1]"];

export function isS3Address(text: string): boolean {
  return form.test(text) && !text.split("/").includes("..");
}

/** Throws `usage`. */
export function readS3Address(address: string, env: NodeJS.ProcessEnv): S3Address {
  const [, bucket, path] = form.exec(address) ?? [];
  if (bucket === undefined || path === undefined || !isS3Address(address))
    throw unfit(`${address} is no address of an object store. Expected s3://bucket or s3://bucket/prefix.`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey)
    throw unfit(
      `${address} needs a key: set the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_ENDPOINT_URL for a store that is not Amazon's.`,
    );
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || "us-east-1";
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`;
  return {
    name: address,
    url: `${checkEndpoint(endpoint)}/${bucket}`,
    prefix: path === "" ? "" : `${path.slice(1)}/`,
    ...{ region, accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || undefined },
  };
}

/** Without a slash at its end. */
function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.username !== "")
    throw unfit("AWS_ENDPOINT_URL is no address: expected one such as https://s3.example.org:9000.");
  if (url.protocol === "http:" && !localHosts.includes(url.hostname))
    throw unfit(
      `The object store at ${url.host} is asked without TLS: patients would cross the network in the clear. Give an https address (NODE_EXTRA_CA_CERTS names a certificate authority of your own).`,
    );
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function unfit(sentence: string): DelineateError {
  return new DelineateError("usage", sentence);
}
