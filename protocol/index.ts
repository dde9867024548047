export type { ClientOptions, WebSocketLike, WireClient } from './client/client.ts';
export { createKioskClient, type KioskCatalogue, type KioskClient } from './client/kiosk-client.ts';
export type {
  Completion,
  CompletionCode,
  ConnectionState,
  Reply,
  RequestFault,
  RequestOptions,
  WireEvent,
} from './client/messages.ts';
export type * from './generated/kiosk.ts';
export { assertNever, err, ok, type PhysicalOutcome, type Result } from './result.ts';
