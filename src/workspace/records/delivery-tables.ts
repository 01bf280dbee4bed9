/** What goes out to peers in the network: to whom a case's contours are to be sent, and each sending. */

/** Of a case that came with a rule: whom its contours go to. */
type RouteTable = {
  case_id: string;
  /** The rule's name. */
  rule: string;
  /** Names of peers, as JSON text when written. */
  peers: string[];
};

/** `refused`: there is nothing to send, a newer version is there, or a person decided against this one. */
type DeliveryState = "waiting" | "delivered" | "refused";

/** One file to one peer. Unique by case, peer and version. */
export type DeliveryTable = {
  id: string;
  case_id: string;
  peer: string;
  /** Of a signed version; 0 for the automatic contour. */
  version: number;
  state: DeliveryState;
  /** That failed. */
  attempts: number;
  /** When it is tried next. */
  due_at: Date;
  /** Why the last attempt failed, or what the peer remarked; null if nothing. */
  remark: string | null;
  planned_at: Date;
  delivered_at: Date | null;
};

export type DeliveryTables = { routes: RouteTable; deliveries: DeliveryTable };

export const deliveryTables = [
  `create table routes (
    case_id uuid primary key references cases on delete cascade, rule text not null, peers text[] not null)`,
  `create table deliveries (
    id uuid primary key, case_id uuid not null references cases on delete cascade, peer text not null,
    version integer not null, state text not null, attempts integer not null, due_at timestamptz not null,
    remark text, planned_at timestamptz not null, delivered_at timestamptz, unique (case_id, peer, version))`,
  `create index on deliveries (due_at) where state = 'waiting'`,
];
