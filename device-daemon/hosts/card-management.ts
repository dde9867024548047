import type {
  CardActionRequest,
  CardActionResult,
  CardAuthenticationStep1,
  CardAuthenticationStep1Request,
  CardAuthenticationStep2,
  CardAuthenticationStep2Request,
  HolderCards,
  Identification,
  IdentificationRequest,
  JournalHead,
  JournalHeadReceipt,
  JournalPart,
  JournalPartReceipt,
  MedicalAccount,
  Progress,
  RequestReport,
} from '#protocol/generated/card-management.ts';
import { validators } from '#protocol/generated/validators-card-management.js';
import { documentEvidence } from './evidence.ts';
import { HostClient, type HostClientOptions } from './host-client.ts';
import type {
  ActOptions,
  CallOptions,
  CardIdentificationOrder,
  CardManagementHost,
  DocumentIdentificationOrder,
  HostAnswer,
} from './ports.ts';
import { secretText } from './secret-json.ts';

/** The province's card management over HTTPS. */
export class HttpCardManagement extends HostClient<RequestReport> implements CardManagementHost {
  constructor(options: HostClientOptions) {
    super('cardManagement', validators, options);
  }

  authenticateCardStep1(
    order: Omit<CardAuthenticationStep1Request, 'terminalId'>,
    options: CallOptions = {},
  ): HostAnswer<CardAuthenticationStep1> {
    const body = { terminalId: this.terminalId, ...order };
    return this.lookUp('/v1/card-authentications/step1', 'CardAuthenticationStep1', body, options);
  }

  authenticateCardStep2(
    order: CardAuthenticationStep2Request,
    options: CallOptions = {},
  ): HostAnswer<CardAuthenticationStep2> {
    return this.lookUp('/v1/card-authentications/step2', 'CardAuthenticationStep2', order, options);
  }

  identify(evidence: IdentificationRequest['evidence'], options: CallOptions = {}): HostAnswer<Identification> {
    return this.lookUp('/v1/identifications', 'Identification', { terminalId: this.terminalId, evidence }, options);
  }

  identifyCard(order: CardIdentificationOrder, options: CallOptions = {}): HostAnswer<Identification> {
    const { cardNumber, socialSecurityNumber, name, generation, authRef } = order;
    const evidence = {
      kind: 'card',
      cardNumber: secretText(cardNumber),
      socialSecurityNumber: secretText(socialSecurityNumber),
      name: secretText(name),
      generation,
      ...(authRef !== undefined && { authRef }),
    };
    return this.lookUp('/v1/identifications', 'Identification', { terminalId: this.terminalId, evidence }, options);
  }

  identifyDocument(order: DocumentIdentificationOrder, options: CallOptions = {}): HostAnswer<Identification> {
    const { agent } = order;
    const body = {
      terminalId: this.terminalId,
      evidence: documentEvidence(order),
      ...(agent && { agent: { relation: agent.relation, evidence: documentEvidence(agent.document) } }),
    };
    return this.lookUp('/v1/identifications', 'Identification', body, options);
  }

  holderCards(holderRef: string, options: CallOptions = {}): HostAnswer<HolderCards> {
    return this.get(`/v1/holders/${encodeURIComponent(holderRef)}/cards`, 'HolderCards', options);
  }

  act(
    cardRef: string,
    order: Omit<CardActionRequest, 'terminalId'>,
    options: ActOptions,
  ): HostAnswer<CardActionResult> {
    const body = { terminalId: this.terminalId, ...order };
    return this.order(`/v1/cards/${encodeURIComponent(cardRef)}/actions`, 'CardActionResult', body, options);
  }

  progress(holderRef: string, options: CallOptions = {}): HostAnswer<Progress> {
    return this.get(`/v1/progress/${encodeURIComponent(holderRef)}`, 'Progress', options);
  }

  medicalAccount(holderRef: string, options: CallOptions = {}): HostAnswer<MedicalAccount> {
    return this.get(`/v1/medical-accounts/${encodeURIComponent(holderRef)}`, 'MedicalAccount', options);
  }

  reportJournalHead(head: Omit<JournalHead, 'terminalId'>, options: ActOptions): HostAnswer<JournalHeadReceipt> {
    return this.order('/v1/journal-heads', 'JournalHeadReceipt', { terminalId: this.terminalId, ...head }, options);
  }

  depositJournalPart(part: Omit<JournalPart, 'terminalId'>, options: CallOptions = {}): HostAnswer<JournalPartReceipt> {
    const body = { terminalId: this.terminalId, ...part };
    return this.lookUp('/v1/journal-bundles', 'JournalPartReceipt', body, options);
  }
}
