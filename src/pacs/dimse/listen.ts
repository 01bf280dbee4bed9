/** The port on which associations are asked for: so many at once, from known addresses alone. */
import { createServer, type Socket } from "node:net";
import { DelineateError } from "#core/errors.ts";
import { plainAddress, type StorageService, serveAssociation } from "./serve-association.ts";

type Port = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Addresses that may connect at all; everybody else is hung up on unheard. */
  readonly addresses: ReadonlySet<string>;
};

type Listening = { readonly port: number; close(): Promise<void> };

/** Beyond what modalities of a department open together; what one of them costs is bounded (pdus.ts). */
const mostAssociations = 64;
/** Between two whole PDUs. */
const usualIdleMs = 60_000;

/** Throws `usage` where the port cannot be had. */
export async function listen(
  { host, port, addresses }: Port,
  service: StorageService,
  idleMs: number = usualIdleMs,
): Promise<Listening> {
  const open = new Map<Socket, Promise<void>>();
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    if (!addresses.has(plainAddress(socket.remoteAddress))) {
      service.onRefusal(
        `A connection from ${plainAddress(socket.remoteAddress)} was refused: its address is not in the configuration.`,
      );
      socket.destroy();
      return;
    }
    open.set(
      socket,
      serveAssociation(socket, service, idleMs).finally(() => open.delete(socket)),
    );
  });
  server.maxConnections = mostAssociations;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new DelineateError(
          "usage",
          `The DICOM listener cannot have port ${port} of ${host} (${"code" in cause ? cause.code : cause.message}). Choose another in the configuration.`,
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
      for (const socket of open.keys()) socket.destroy();
      // What is being written to the spool is let to its end.
      await Promise.all([...open.values(), closed]);
    },
  };
}
