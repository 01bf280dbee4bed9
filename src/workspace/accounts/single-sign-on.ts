/**
 * Signing in through another service (OpenID Connect Core 1.0, authorization code flow with PKCE): the browser is sent there,
 * comes back with a code, and the service says who it is.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { DelineateError } from "#core/errors.ts";
import type { ForeignIdentity } from "./users.ts";

export type SingleSignOnOptions = {
  /** Address of the service, whose configuration is below it at .well-known/openid-configuration. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the service sends the browser back to. */
  readonly answerUrl: string;
};

/** What one attempt must bring back; kept in the browser's cookie meanwhile. */
export type Attempt = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type SingleSignOn = {
  begin(): Promise<{ readonly url: string; readonly attempt: Attempt }>;
  /** `query`: of the address that the browser came back to. Throws `wrong-password` for an answer that is not of this attempt. */
  finish(query: string, attempt: Attempt): Promise<ForeignIdentity>;
};

/** The service is asked for its configuration when somebody signs in first: it may start later than this program. */
export function createSingleSignOn({
  issuer,
  clientId,
  clientSecret,
  answerUrl,
}: SingleSignOnOptions): SingleSignOn {
  let discovered: Promise<Configuration> | undefined;
  const configuration = (): Promise<Configuration> => {
    // Only a service on this machine may be asked without TLS.
    const execute = isLoopback(new URL(issuer)) ? [allowInsecureRequests] : [];
    discovered ??= discovery(new URL(issuer), clientId, clientSecret, undefined, { execute }).catch(
      (cause) => {
        discovered = undefined;
        throw new DelineateError(
          "device-unavailable",
          "The service that says who people are does not answer. Try again, or sign in with a password.",
          { cause },
        );
      },
    );
    return discovered;
  };
  return {
    begin: async () => {
      const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(await configuration(), {
        redirect_uri: answerUrl,
        scope: "openid profile email",
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, attempt };
    },
    finish: async (query, { state, nonce, verifier }) => {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
      const tokens = await authorizationCodeGrant(
        await configuration(),
        new URL(`${answerUrl}?${query}`),
        checks,
      ).catch((cause: unknown) => {
        throw new DelineateError("wrong-password", "The sign-in did not succeed. Begin it again.", { cause });
      });
      const claims = tokens.claims();
      if (claims === undefined)
        throw new DelineateError("wrong-password", "The service did not say who you are.");
      const text = (name: string): string | undefined => {
        const value = claims[name];
        return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 64) : undefined;
      };
      const login = text("preferred_username") ?? text("email") ?? claims.sub.slice(0, 64);
      return { subject: `${claims.iss} ${claims.sub}`, login, displayName: text("name") ?? login };
    },
  };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}
