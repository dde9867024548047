import type { Act } from '#protocol/generated/kiosk.ts';

/** What the runner and the process that is to die say to each other. */

export interface Setting {
  readonly dataFolder: string;
  readonly keyFolder: string;
  readonly urls: { readonly cardManagement: string; readonly bankCore: string };
  readonly credentialsFolder: string;
  readonly mutant?: Mutant;
}

/** Mistakes on purpose: each must be caught. */
export const mutants = {
  intentAfterEffect: 'the intent is written when the effect has happened',
  retryWithoutAsking: 'a lost answer is not asked about; the act goes out again under a new key',
  resultBeforeEffect: 'the result is written before anything was sent',
} as const;
export type Mutant = keyof typeof mutants;

/** Where the process is to die: at the n-th passing of any of its points, counted from the job on. */
export const points = ['recordBefore', 'recordAfter', 'actBefore', 'actAfter', 'askBefore', 'askAfter'] as const;
export type Point = (typeof points)[number];

export interface Job {
  readonly act: Act;
  readonly documentNumber: string;
  readonly name: string;
  readonly legs: readonly ('social' | 'financial')[];
  /** Hex of PIN blocks under the key set: the PIN as it is, then the new one twice. */
  readonly pins?: { readonly keySetId: string; readonly blocks: readonly [string, string, string] };
  /** Dies at the n-th point; absent: whenever the runner says. */
  readonly dieAt?: number;
  /** Dies right behind the n-th entry of the journal, with what a power cut needs noted down. */
  readonly cutAt?: number;
}

export type Said =
  | { readonly said: 'ready' }
  /** The act is in the journal. */
  | { readonly said: 'began'; readonly saga: string }
  | { readonly said: 'notBegun'; readonly why: string }
  /** What the person was told, by step. */
  | { readonly said: 'word'; readonly words: Readonly<Record<string, string>> }
  | { readonly said: 'drained' };

/** Left behind at a power cut: what was certainly on the disk before the last entry, and the tail file as it was. */
export interface CutNote {
  readonly walBytes: number;
  readonly tail: string;
}
export const cutNoteFile = 'cut.json';
