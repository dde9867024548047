import { ok, type Result } from '#protocol/result.ts';
import { buildCard, buildCardFrom, directChannel, type SocialAppletOptions } from '#simulators/cards/index.ts';
import type { WalletCard, WalletCardId } from '#simulators/wallet/wallet.ts';
import { readSocialCard, type SocialAuthenticator, type SocialCard, type SocialFault } from '../cards/index.ts';
import type { CardManagementHost, HostFailure } from './index.ts';
import { good, today } from './rig.fixture.ts';

/** A chip of the wallet before the province's security module. */

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

/** The host's security module as the card kernel wants it. */
function securityModule(host: CardManagementHost): SocialAuthenticator<HostFailure> {
  return {
    async step1({ cardIdentificationCode, historicalBytes, algorithm, version }) {
      const answer = await host.authenticateCardStep1({
        cardIdentificationCode: hex(cardIdentificationCode),
        historicalBytes: hex(historicalBytes),
        algorithm,
        version,
      });
      if (!answer.ok) return answer;
      return ok({ authRef: answer.value.authRef, internalAuthData: bytes(answer.value.internalAuthData) });
    },
    async step2({ authRef, internalAuthResult, cardChallenge }) {
      const answer = await host.authenticateCardStep2({
        authRef,
        internalAuthResult: hex(internalAuthResult),
        ...(cardChallenge && { cardChallenge: hex(cardChallenge) }),
      });
      if (!answer.ok) return answer;
      const { genuine, externalAuthData, keyId } = answer.value;
      return ok({
        genuine,
        ...(externalAuthData !== undefined && { externalAuthData: bytes(externalAuthData) }),
        ...(keyId !== undefined && { keyId: Number.parseInt(keyId, 16) }),
      });
    },
  };
}

export function readCard(
  host: CardManagementHost,
  card: WalletCardId | WalletCard,
  options: SocialAppletOptions = {},
): Promise<Result<SocialCard<HostFailure>, SocialFault>> {
  const chip = typeof card === 'string' ? buildCard(card, options) : buildCardFrom(card, options);
  const settings = { atr: chip.atr, today, timeoutMs: 1_000, authenticate: securityModule(host) };
  return readSocialCard(directChannel(chip), settings);
}

/** Of an authentication that has just found the card genuine. */
export async function authRefOf(host: CardManagementHost, card: WalletCardId): Promise<string> {
  const { authentication } = good(await readCard(host, card));
  if (authentication.state !== 'genuine') throw new Error(`the card is ${authentication.state}`);
  return authentication.authRef;
}
