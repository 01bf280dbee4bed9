/** The address of an object store, and what of it comes from the environment. */
import { expect, test } from "vitest";
import { readS3Address } from "./s3-address.ts";

const keys = { AWS_ACCESS_KEY_ID: "clinic", AWS_SECRET_ACCESS_KEY: "do-not-tell" };

test.each([
  ["s3://contours", {}, "https://s3.us-east-1.amazonaws.com/contours", ""],
  ["s3://contours/", { AWS_DEFAULT_REGION: "eu-west-1" }, "https://s3.eu-west-1.amazonaws.com/contours", ""],
  [
    "s3://contours/a/b",
    { AWS_ENDPOINT_URL: "https://s3.test:9000/" },
    "https://s3.test:9000/contours",
    "a/b/",
  ],
  ["s3://contours", { AWS_ENDPOINT_URL: "http://127.0.0.1:9000" }, "http://127.0.0.1:9000/contours", ""],
  [
    "s3://contours",
    { AWS_ENDPOINT_URL: "https://other.test", AWS_ENDPOINT_URL_S3: "https://s3.test/gateway" },
    "https://s3.test/gateway/contours",
    "",
  ],
])("%s with %j is %s", (address, env, url, prefix) => {
  expect(readS3Address(address, { ...keys, ...env })).toMatchObject({ name: address, url, prefix });
});

test.each([
  ["contours", keys, /no address of an object store/],
  ["s3://Contours", keys, /no address/],
  ["s3://contours/../other", keys, /no address/],
  ["s3://contours//b", keys, /no address/],
  ["s3://contours", {}, /AWS_ACCESS_KEY_ID/],
  ["s3://contours", { ...keys, AWS_SECRET_ACCESS_KEY: "" }, /AWS_SECRET_ACCESS_KEY/],
  ["s3://contours", { ...keys, AWS_ENDPOINT_URL: "s3.test" }, /AWS_ENDPOINT_URL is no address/],
  ["s3://contours", { ...keys, AWS_ENDPOINT_URL: "https://ann:pass@s3.test" }, /is no address/],
  ["s3://contours", { ...keys, AWS_ENDPOINT_URL: "http://s3.test:9000" }, /without TLS/],
])("%s with %j is refused, without the secret", (address, env, message) => {
  expect(() => readS3Address(address, env)).toThrow(message);
  expect(() => readS3Address(address, env)).not.toThrow(/do-not-tell|pass@/);
});
