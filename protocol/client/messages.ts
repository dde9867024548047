import type { Result } from '../result.ts';

/** Completion codes of the standard (CWA 17852, Common). */
export type CompletionCode =
  | 'success'
  | 'commandErrorCode'
  | 'canceled'
  | 'deviceNotReady'
  | 'hardwareError'
  | 'internalError'
  | 'invalidCommand'
  | 'invalidRequestID'
  | 'timeOut'
  | 'unsupportedCommand'
  | 'invalidData'
  | 'userError'
  | 'unsupportedData'
  | 'fraudAttempt'
  | 'sequenceError'
  | 'authorisationRequired'
  | 'noCommandNonce'
  | 'invalidToken'
  | 'invalidTokenNonce'
  | 'invalidTokenHMAC'
  | 'invalidTokenFormat'
  | 'invalidTokenKeyNoValue'
  | 'notEnoughSpace';

/** Payload types by message name; `protocol/generated/` has one set for the standard and one for the kiosk. */
export interface Catalogue {
  readonly commands: object;
  readonly completions: object;
  readonly events: object;
}

export type CommandName<C extends Catalogue> = keyof C['commands'] & keyof C['completions'] & string;

/** How a command ended. The payload is `{}` when the message had none. */
export type Completion<P> =
  | { readonly completionCode: 'success'; readonly payload: P }
  | {
      readonly completionCode: Exclude<CompletionCode, 'success'>;
      readonly errorDescription?: string;
      readonly payload: Partial<P>;
    };

/** Why there is no completion. */
export type RequestFault =
  /** Nothing was sent: there is no connection now. */
  | { readonly code: 'notConnected' }
  /** Nothing was sent: the signal had aborted before. */
  | { readonly code: 'canceled' }
  /** The acknowledge refused it; nothing was done. */
  | { readonly code: 'refused'; readonly status: string }
  /** It was sent; what became of it is not known. */
  | { readonly code: 'connectionLost' }
  | { readonly code: 'deadline' };

export type Reply<C extends Catalogue, N extends CommandName<C>> = Result<
  Completion<C['completions'][N]>,
  RequestFault
>;

/** An event, discriminated by its name. */
export type WireEvent<C extends Catalogue> = {
  [N in keyof C['events'] & string]: { readonly name: N; readonly payload: C['events'][N] };
}[keyof C['events'] & string];

export interface RequestOptions<C extends Catalogue> {
  /** Time-out in the header: the service ends the command by itself. None when absent. */
  readonly timeoutMs?: number;
  /** How long to wait for the completion; `timeoutMs` plus 10 s when absent, 30 s when neither is given. */
  readonly deadlineMs?: number;
  /** Aborting sends Common.Cancel; the promise then settles with the completion, which tells what really happened. */
  readonly signal?: AbortSignal;
  /** Events of this command, in order, before it settles. */
  readonly onEvent?: (event: WireEvent<C>) => void;
}

/** Commands whose payload has required members must be given one. */
export type RequestArguments<C extends Catalogue, N extends CommandName<C>> =
  Record<never, never> extends C['commands'][N]
    ? [payload?: C['commands'][N], options?: RequestOptions<C>]
    : [payload: C['commands'][N], options?: RequestOptions<C>];

export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';
