import { type Bank, bankOf, banks } from './banks.ts';
import type { SocialGeneration } from './social-records.ts';

/** What is known of a card, from the strongest witness to the weakest (domain 1c). */
export interface CardWitnesses {
  /** Version record of the social-security application; `absent` when there is none, `unread` when it would not open. */
  readonly chip: SocialGeneration | 'absent' | 'unread';
  /** The province's record of the card, once it was asked. */
  readonly host?: { readonly generation: SocialGeneration; readonly bankCode: string };
  /** Bank card number or its first digits, ASCII; absent without a financial application. */
  readonly pan?: string | Uint8Array;
}

export type CardClass = SocialGeneration | 'debit';
type Witness = 'chip' | 'host' | 'bin';

export type Classification =
  | { readonly kind: 'known'; readonly class: CardClass; readonly bank: Bank | undefined }
  /** Only the face can tell: ask with a picture of each. */
  | { readonly kind: 'askFace'; readonly candidates: readonly CardClass[]; readonly bank: Bank | undefined }
  /** Stop; to the counter. */
  | { readonly kind: 'disagreement'; readonly between: readonly [Witness, Witness] };

const disagreement = (...between: readonly [Witness, Witness]): Classification => ({ kind: 'disagreement', between });

/** Chip version, then host record, then BIN, then a question. Witnesses that contradict each other end it. */
export function classifyCard(witnesses: CardWitnesses, table: readonly Bank[] = banks): Classification {
  const { chip, host, pan } = witnesses;
  const issuer = pan === undefined ? undefined : bankOf(pan, table);
  const bank = issuer?.bank;
  if (host !== undefined) {
    if (chip === 'absent') return disagreement('chip', 'host');
    if (chip !== 'unread' && chip !== host.generation) return disagreement('chip', 'host');
    if (bank !== undefined && bank.code !== host.bankCode) return disagreement('host', 'bin');
  }
  const generation = chip === 'absent' ? undefined : chip === 'unread' ? host?.generation : chip;
  if (generation !== undefined) {
    const named = bank ?? table.find((candidate) => candidate.code === host?.bankCode);
    return contradicts(generation, issuer)
      ? disagreement(chip === 'unread' ? 'host' : 'chip', 'bin')
      : { kind: 'known', class: generation, bank: named };
  }
  if (chip === 'absent') {
    return issuer?.entry.kind === 'socialSecurity'
      ? disagreement('chip', 'bin')
      : { kind: 'known', class: 'debit', bank };
  }
  if (issuer?.entry.kind === 'socialSecurity') return { kind: 'askFace', candidates: ['gen2', 'gen3'], bank };
  // The first generation and the debit card share ICBC's 622202; of other banks' numbers nothing is known.
  const candidates = bank?.code === 'icbc' ? (['gen1', 'debit'] as const) : (['gen2', 'gen3', 'debit'] as const);
  return { kind: 'askFace', candidates, bank };
}

/** BRIEF-16 to 18: of ICBC's cards the first generation has the debit BIN, the later ones the social-security BIN. */
function contradicts(generation: SocialGeneration, issuer: ReturnType<typeof bankOf>): boolean {
  if (issuer?.bank.code !== 'icbc') return false;
  return (generation === 'gen1') === (issuer.entry.kind === 'socialSecurity');
}

export type HolderComparison = 'equal' | 'different' | 'notCompared';

/**
 * Do the two halves of the chip belong to one person? Field 08 of the social side against 9F61 of the bank side, when
 * 9F62 says that it is a citizen's number (`00`). All ASCII.
 */
export function compareHolders(
  socialNumber: Uint8Array | undefined,
  bankSide: { readonly idNumber: Uint8Array | undefined; readonly idType: number | undefined } | undefined,
): HolderComparison {
  if (socialNumber === undefined || bankSide?.idNumber === undefined || bankSide.idType !== 0x00) return 'notCompared';
  if (socialNumber.length !== bankSide.idNumber.length) return 'different';
  // A check character X is also written small.
  const upper = (byte: number): number => (byte === 0x78 ? 0x58 : byte);
  const other = bankSide.idNumber;
  return socialNumber.every((byte, index) => upper(byte) === upper(other[index] ?? 0)) ? 'equal' : 'different';
}
