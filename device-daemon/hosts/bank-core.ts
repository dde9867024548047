import type {
  BalanceInquiry,
  Identification,
  IdentificationRequest,
  KeyAlgorithm,
  RequestReport,
  SignOn,
} from '#protocol/generated/bank-core.ts';
import { validators } from '#protocol/generated/validators-bank-core.js';
import { HostClient, type HostClientOptions } from './host-client.ts';
import type { ActOptions, BalanceOrder, BankCoreHost, CallOptions, HostAnswer } from './ports.ts';
import { secretAscii, secretHex } from './secret-json.ts';

/** The bank core over HTTPS. */
export class HttpBankCore extends HostClient<RequestReport> implements BankCoreHost {
  constructor(options: HostClientOptions) {
    super('bankCore', validators, options);
  }

  signOn(keyAlgorithm: KeyAlgorithm, options: CallOptions = {}): HostAnswer<SignOn> {
    return this.lookUp('/v1/sign-ons', 'SignOn', { terminalId: this.terminalId, keyAlgorithm }, options);
  }

  identify(evidence: IdentificationRequest['evidence'], options: CallOptions = {}): HostAnswer<Identification> {
    return this.lookUp('/v1/identifications', 'Identification', { terminalId: this.terminalId, evidence }, options);
  }

  inquireBalance(order: BalanceOrder, options: ActOptions): HostAnswer<BalanceInquiry> {
    const { stan, pan, panSequence, track2, de55, pinBlock, cardRef } = order;
    const body = {
      terminalId: this.terminalId,
      stan,
      pan: secretAscii(pan),
      panSequence,
      ...(track2 && { track2: secretAscii(track2) }),
      de55: secretHex(de55),
      pinBlock: { format: pinBlock.format, hex: secretHex(pinBlock.block), keySetId: pinBlock.keySetId },
      ...(cardRef !== undefined && { cardRef }),
    };
    return this.act('/v1/balance-inquiries', 'BalanceInquiry', body, options);
  }
}
