import type {
  ApprovalOrder,
  ApprovalRequest,
  ApprovalState,
  BalanceInquiry,
  CardActionResult,
  HolderCards,
  Identification,
  IdentificationRequest,
  IdentityCheck,
  KeyAlgorithm,
  OneTimeCode,
  OneTimeCodeRequest,
  OneTimeCodeVerification,
  RequestReport,
  SignOn,
  StaffApproval,
  StaffSignOn,
} from '#protocol/generated/bank-core.ts';
import { validators } from '#protocol/generated/validators-bank-core.js';
import { documentEvidence } from './evidence.ts';
import { HostClient, type HostClientOptions } from './host-client.ts';
import type {
  ActOptions,
  BalanceOrder,
  BankActionOrder,
  BankCoreHost,
  CallOptions,
  DocumentOrder,
  HostAnswer,
  IdentityCheckOrder,
  PinBlockOrder,
  StaffCardOrder,
  StaffSignOnOrder,
} from './ports.ts';
import { secretAscii, secretHex, secretText } from './secret-json.ts';

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

  identifyDocument(order: DocumentOrder, options: CallOptions = {}): HostAnswer<Identification> {
    const body = { terminalId: this.terminalId, evidence: documentEvidence(order) };
    return this.lookUp('/v1/identifications', 'Identification', body, options);
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
      pinBlock: blockBody(pinBlock),
      ...(cardRef !== undefined && { cardRef }),
    };
    return this.order('/v1/balance-inquiries', 'BalanceInquiry', body, options);
  }

  act(cardRef: string, order: BankActionOrder, options: ActOptions): HostAnswer<CardActionResult> {
    const { pinBlock, newPinBlocks, de55, ...plain } = order;
    const body = {
      terminalId: this.terminalId,
      ...plain,
      ...(pinBlock && { pinBlock: blockBody(pinBlock) }),
      ...(newPinBlocks && { newPinBlocks: newPinBlocks.map(blockBody) }),
      ...(de55 && { de55: secretHex(de55) }),
    };
    return this.order(`/v1/cards/${encodeURIComponent(cardRef)}/actions`, 'CardActionResult', body, options);
  }

  holderCards(holderRef: string, options: CallOptions = {}): HostAnswer<HolderCards> {
    return this.get(`/v1/holders/${encodeURIComponent(holderRef)}/cards`, 'HolderCards', options);
  }

  pinEntry(cardRef: string, holderRef: string, options: CallOptions = {}): HostAnswer<Buffer> {
    const path = `/v1/holders/${encodeURIComponent(holderRef)}/cards/${encodeURIComponent(cardRef)}/pin-entry`;
    return this.getDigits(path, 'PinEntry', 'pan', options);
  }

  sendCode(order: Omit<OneTimeCodeRequest, 'terminalId'>, options: ActOptions): HostAnswer<OneTimeCode> {
    return this.order('/v1/one-time-codes', 'OneTimeCode', { terminalId: this.terminalId, ...order }, options);
  }

  verifyCode(codeRef: string, codeBlock: PinBlockOrder, options: ActOptions): HostAnswer<OneTimeCodeVerification> {
    const path = `/v1/one-time-codes/${encodeURIComponent(codeRef)}/verifications`;
    const body = { terminalId: this.terminalId, codeBlock: blockBody(codeBlock) };
    return this.order(path, 'OneTimeCodeVerification', body, options);
  }

  checkIdentity(order: IdentityCheckOrder, options: ActOptions): HostAnswer<IdentityCheck> {
    const { documentType, documentNumber, name } = order;
    const body = {
      terminalId: this.terminalId,
      documentType,
      documentNumber: secretText(documentNumber),
      name: secretText(name),
    };
    return this.order('/v1/identity-checks', 'IdentityCheck', body, options);
  }

  requestApproval(order: Omit<ApprovalOrder, 'terminalId'>, options: ActOptions): HostAnswer<ApprovalRequest> {
    return this.order('/v1/approval-requests', 'ApprovalRequest', { terminalId: this.terminalId, ...order }, options);
  }

  approvalState(requestRef: string, options: CallOptions = {}): HostAnswer<ApprovalState> {
    return this.get(`/v1/approval-requests/${encodeURIComponent(requestRef)}`, 'ApprovalState', options);
  }

  approveByStaffCard(order: StaffCardOrder, options: ActOptions): HostAnswer<StaffApproval> {
    const body = { terminalId: this.terminalId, ...order, pinBlock: blockBody(order.pinBlock) };
    return this.order('/v1/staff-approvals', 'StaffApproval', body, options);
  }

  signStaffOn(order: StaffSignOnOrder, options: ActOptions): HostAnswer<StaffSignOn> {
    const body = { terminalId: this.terminalId, ...order, pinBlock: blockBody(order.pinBlock) };
    return this.order('/v1/staff-sign-ons', 'StaffSignOn', body, options);
  }
}

const blockBody = ({ format, block, keySetId }: PinBlockOrder): object => ({ format, hex: secretHex(block), keySetId });
