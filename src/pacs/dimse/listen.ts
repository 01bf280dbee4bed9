/** The port on which associations are asked for: so many at once, from known addresses alone. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { codeOf, DelineateError } from "#core/errors.ts";
import { plainAddress, type StorageService, serveAssociation } from "./serve-association.ts";
import type { TlsIdentity } from "./tls-identity.ts";

type Port = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses that may connect at all; everybody else is hung up on unheard. */
  readonly addresses: ReadonlySet<string>;
  /** Over TLS alone. */
  readonly identity?: TlsIdentity | undefined;
};

type Listening = { readonly port: number; close(): Promise<void> };

/** Beyond what modalities of a department open together; what one of them costs is bounded (pdus.ts). */
const mostAssociations = 64;
/** Between two whole PDUs. */
const usualIdleMs = 60_000;

/** Throws `usage` where the port cannot be had. */
export async function listen(
  { host, port, addresses, identity }: Port,
  service: StorageService,
  idleMs: number = usualIdleMs,
): Promise<Listening> {
  const open = new Map<Socket, Promise<void>>();
  const isKnown = (socket: Socket): boolean => addresses.has(plainAddress(socket.remoteAddress));
  const serve = (socket: Socket): void => {
    open.set(
      socket,
      serveAssociation(socket, service, idleMs).finally(() => open.delete(socket)),
    );
  };
  const server =
    identity === undefined ? createServer() : secured(identity, { idleMs, isKnown, service }, serve);
  const connected = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    if (!isKnown(socket)) {
      // Who reset the connection before it was heard has no address any more: looking whether the port is open does that.
      if (socket.remoteAddress !== undefined)
        service.onRefusal(
          `A connection from ${plainAddress(socket.remoteAddress)} was refused: its address is not in the configuration.`,
        );
      socket.destroy();
      return;
    }
    connected.add(socket);
    socket.once("close", () => connected.delete(socket));
    if (identity === undefined) serve(socket);
  });
  server.maxConnections = mostAssociations;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new DelineateError(
          "usage",
          `The DICOM listener cannot have port ${port} of ${host} (${codeOf(cause) || cause.message}). Choose another in the configuration.`,
          { cause },
        ),
      ),
    );
    server.listen({ host, port }, resolve);
  });
  server.on("error", (error) => service.onRefusal(`The DICOM listener: ${error.message}.`));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connected) socket.destroy();
      // What is being written to the spool is let to its end.
      await Promise.all([...open.values(), closed]);
    },
  };
}

type Securing = {
  readonly idleMs: number;
  readonly isKnown: (socket: Socket) => boolean;
  readonly service: StorageService;
};

/** Gives to `serve` who shows a certificate of our authorities, and nobody else (PS3.15 annex B.12). */
function secured(
  identity: TlsIdentity,
  { idleMs, isKnown, service }: Securing,
  serve: (socket: Socket) => void,
): Server {
  // Node.js would hang up by itself, and nobody would learn why.
  const options = { requestCert: true, rejectUnauthorized: false, handshakeTimeout: idleMs };
  const server = createTlsServer({ ...identity, ...options });
  const refuse = (socket: Socket, reason: string): void => {
    const from = plainAddress(socket.remoteAddress);
    if (isKnown(socket)) service.onRefusal(`A connection from ${from} was refused: ${reason}.`);
    socket.destroy();
  };
  server.on("secureConnection", (socket) => {
    if (socket.authorized) serve(socket);
    else refuse(socket, `it showed no certificate of our authorities (${String(socket.authorizationError)})`);
  });
  server.on("tlsClientError", (error, socket) => {
    refuse(socket, `it did not begin TLS as it must (${codeOf(error) || error.message})`);
  });
  return server;
}
