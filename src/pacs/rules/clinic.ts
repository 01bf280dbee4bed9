/**
 * The configuration of the service in a clinic's network: under which title it is called, who may send to it, whom it sends to,
 * and the rules that say what becomes of a CT. What a file of it may hold is here; reading one is read-clinic.ts.
 */
import { z } from "zod";
import { nearestName } from "#core/nearest-name.ts";
import { type Keyword, tags, vrOfKeyword } from "#dicom/dictionary.ts";
import { plainAddress } from "#pacs/dimse/serve-association.ts";
import type { RetentionRule } from "#workspace/retention.ts";

/** PS3.5 table 6.2-1, AE: at most 16 characters, no backslash; spaces at the ends do not count. */
const aeTitleSchema = z
  .string("expected an AE title")
  .regex(
    /^[!-[\]-~]([ -[\]-~]{0,14}[!-[\]-~])?$/,
    "an AE title has 1 to 16 ASCII characters and no backslash",
  );

const portSchema = z.int("expected a port").min(1, "expected 1 to 65535").max(65535, "expected 1 to 65535");
const hostSchema = z
  .string("expected a name or an address")
  .regex(/^[\w.:-]+$/, "expected a name or an address");

const callerSchema = z.strictObject({
  aeTitle: aeTitleSchema,
  addresses: z
    .array(
      z.union([z.ipv4(), z.ipv6()], "expected an IP address").transform(plainAddress),
      "expected a list of IP addresses",
    )
    .min(1, "at least one address is needed: a title alone admits everybody who claims it"),
});

/** The certificates stand under `tls` of the whole. */
const overTlsSchema = z.boolean("expected true or false").default(false);

const listenerSchema = z.strictObject({
  host: hostSchema.default("0.0.0.0"),
  port: z
    .int("expected a port")
    .min(0, "expected 0 to 65535; 0: any free one")
    .max(65535, "expected 0 to 65535"),
  /** A series of which nothing came for so long is complete. */
  quietSeconds: z.number("expected seconds").min(0.1, "at least 0.1").max(3600, "at most 3600").default(60),
  callers: z
    .array(callerSchema, "expected a list")
    .min(1, "nobody could send: at least one caller is needed"),
  tls: overTlsSchema,
});

const peerSchema = z.strictObject({
  aeTitle: aeTitleSchema,
  host: hostSchema,
  port: portSchema,
  tls: overTlsSchema,
});

const fileSchema = z.string("expected the name of a file").min(1, "expected the name of a file");
/** Files in PEM: our certificate, its private key, and the certificates of who signs the others'. */
const tlsSchema = z.strictObject({ certificate: fileSchema, key: fileSchema, authorities: fileSchema });

/** A PACS over DICOMweb. */
const webPeerSchema = z.strictObject({
  url: z
    .string("expected an address")
    .regex(/^https?:\/\/[^\s?#]+$/, "expected an address such as https://pacs.example/dicom-web")
    .transform((url) => url.replace(/\/+$/, "")),
  /** With it the secret is a password, without it a token. */
  username: z.string("expected a user name").min(1, "expected a user name").optional(),
  /** The variable of the environment that holds the password or token: it does not stand in this file. */
  secretIn: z
    .string("expected the name of a variable")
    .regex(/^[A-Z_][A-Z0-9_]*$/, "expected the name of a variable, such as PACS_SECRET")
    .optional(),
});

/** Attributes with texts, of which a pattern can speak. */
const matchable = (Object.keys(tags) as Keyword[]).filter((keyword) =>
  ["CS", "LO", "SH", "ST", "LT", "PN", "DA", "UI", "IS", "DS"].includes(vrOfKeyword(keyword)),
);

const patternsSchema = z
  .record(
    z.string(),
    z.string("expected a text; put numbers in quotes"),
    "expected attributes and their patterns",
  )
  .superRefine((patterns, context) => {
    for (const keyword of Object.keys(patterns)) {
      if (matchable.some((known) => known === keyword)) continue;
      context.addIssue({
        code: "custom",
        path: [keyword],
        message: `there is no such attribute to match; perhaps ${nearestName(keyword, matchable)} is meant`,
      });
    }
    if (Object.keys(patterns).length === 0)
      context.addIssue({
        code: "custom",
        message: 'at least one attribute is needed; Modality: "CT" takes every CT',
      });
  });

const ruleSchema = z.strictObject({
  name: z.string("expected a name").min(1, "a name is needed").max(64, "at most 64 characters"),
  /** DICOM keywords; in their patterns * stands for any characters and ? for one, and case does not count. All must match. */
  when: patternsSchema,
  /** "shipped", or the name of a file in the `models` folder of the data folder; the workspace's (`serve --model`) if left out. */
  model: z.string("expected the name of a model").min(1, "a model is needed").optional(),
  /** Names of peers: the automatic contour and each signed version goes to all of them. */
  sendTo: z.array(z.string("expected the name of a peer"), "expected a list of peers").default([]),
});

/** What came before a holiday is there after it. */
const fewestDays = 30;

/** How long patients are kept: "keep", or days after anything was done with them last. Given as days; null: for ever. */
const keptSchema = z
  .string('expected keep, or days such as "90 days"')
  .regex(/^(keep|[1-9]\d{0,4} days)$/, 'expected keep, or days such as "90 days"')
  .transform((text) => (text === "keep" ? null : Number.parseInt(text, 10)))
  .refine((days) => days === null || days >= fewestDays, `at least ${fewestDays} days`)
  .default(null);
const retentionSchema = z.strictObject({
  /** Contoured or failed, and nobody ever began a review. */
  neverReviewed: keptSchema,
  closedWithoutTumour: keptSchema,
  /** Signed, and the newest version was delivered to its peers, or fetched by a person. */
  signedAndDelivered: keptSchema,
} satisfies Record<RetentionRule, z.ZodType>);

/** As a browser says whose page asks (RFC 6454): no path, no slash at its end. */
const originSchema = z
  .string("expected an origin")
  .regex(
    /^https?:\/\/[a-z0-9.[\]:-]+$/,
    "expected an origin such as https://viewer.example, in small letters, without a path",
  );

export const clinicSchema = z
  .strictObject({
    aeTitle: aeTitleSchema,
    listener: listenerSchema,
    peers: z.record(z.string(), peerSchema, "expected peers by their names").default({}),
    webPeers: z.record(z.string(), webPeerSchema, "expected peers by their names").default({}),
    tls: tlsSchema.optional(),
    /** Whose pages, besides the workspace's own, may read it over DICOMweb. */
    viewers: z.array(originSchema, "expected a list of origins").default([]),
    rules: z.array(ruleSchema, "expected a list").default([]),
    /** What `delineate retention` may remove. */
    retention: retentionSchema.prefault({}),
  })
  .superRefine(({ listener, peers, webPeers, rules, tls }, context) => {
    const isSecure = listener.tls || Object.values(peers).some((peer) => peer.tls);
    if (isSecure && tls === undefined)
      context.addIssue({
        code: "custom",
        path: ["tls"],
        message: "the files of the certificates are needed: certificate, key and authorities",
      });
    // Whoever names certificates believes that nothing goes in the clear.
    if (!isSecure && tls !== undefined)
      context.addIssue({
        code: "custom",
        path: ["tls"],
        message:
          "nothing speaks over TLS: put tls: true into the listener or a peer, or leave these files out",
      });
    const names = [...Object.keys(peers), ...Object.keys(webPeers)];
    for (const name of Object.keys(webPeers).filter((known) => known in peers))
      context.addIssue({
        code: "custom",
        path: ["webPeers", name],
        message: `there is a peer ${name} already`,
      });
    for (const [at, { name, sendTo }] of rules.entries()) {
      if (rules.findIndex((other) => other.name === name) < at)
        context.addIssue({
          code: "custom",
          path: ["rules", at, "name"],
          message: "another rule has this name",
        });
      for (const [place, peer] of sendTo.entries()) {
        const path = ["rules", at, "sendTo", place];
        if (sendTo.indexOf(peer) < place)
          context.addIssue({ code: "custom", path, message: `${peer} stands here twice` });
        else if (!names.includes(peer)) {
          const meant = nearestName(peer, names);
          const advice = meant === undefined ? "there are none" : `perhaps ${meant} is meant`;
          context.addIssue({ code: "custom", path, message: `there is no peer ${peer}; ${advice}` });
        }
      }
    }
  });

export type Clinic = z.output<typeof clinicSchema>;
export type Rule = Clinic["rules"][number];
