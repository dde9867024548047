import type Database from 'better-sqlite3';
import type { BankCard, FinancialStatus, IdentificationRequest } from '#protocol/generated/bank-core.ts';
import { type AccountRow, BankAccounts } from './bank-accounts.ts';
import { BankActs } from './bank-acts.ts';
import { BankChecks, type PhoneMessage } from './bank-checks.ts';
import { BankIssuer, isOurs } from './bank-issuer.ts';
import { BankPins } from './bank-pins.ts';
import { type Decision, refuse } from './delivery.ts';
import type { HostOperation } from './host-server.ts';
import { Persons } from './persons.ts';
import { type BenchWallet, phoneMask } from './wallet-records.ts';

/** The bank core with its security module and its issuer side. All methods are synchronous, in a transaction. */
export class BankCore {
  readonly #db: Database.Database;
  readonly #persons: Persons;
  readonly #accounts: BankAccounts;
  readonly #pins: BankPins;
  readonly #issuer: BankIssuer;
  readonly #checks: BankChecks;
  readonly #acts: BankActs;

  constructor(db: Database.Database, now: () => Date) {
    this.#db = db;
    const persons = new Persons(db);
    const accounts = new BankAccounts(db, now);
    const pins = new BankPins(db);
    const issuer = new BankIssuer(db, accounts, pins);
    const checks = new BankChecks(db, now, persons, pins);
    this.#persons = persons;
    this.#accounts = accounts;
    this.#pins = pins;
    this.#issuer = issuer;
    this.#checks = checks;
    this.#acts = new BankActs(db, now, { persons, accounts, pins, issuer, checks });
  }

  seed({ people, bankAccounts }: BenchWallet): void {
    if (!this.#persons.empty) return;
    const numbers = new Map(people.map((person) => [person.id, person.number]));
    this.#db.transaction(() => {
      this.#persons.seed(people, 'P');
      this.#accounts.seed(bankAccounts, (holder) => numbers.get(holder) ?? '');
      this.#checks.seed();
    })();
  }

  // --- for the bench: what others do meanwhile

  /** At a counter. False: no such account. */
  setStatus(pan: string, status: FinancialStatus, temporaryUntil?: Date): boolean {
    return this.#accounts.setStatus(pan, status, temporaryUntil);
  }

  /** Somebody asked for a new card: the old one cannot be unfrozen any more (J6). False: no such account. */
  requestReplacement(pan: string): boolean {
    return this.#accounts.requestReplacement(pan);
  }

  /** The bank's security module lost its working keys; terminals must sign on again. */
  forgetWorkingKeys(): void {
    this.#pins.forget();
  }

  account(pan: string): AccountRow | undefined {
    return this.#accounts.byPan(pan);
  }

  /** By social security number. */
  cardsOf(number: string): readonly BankCard[] {
    return this.#accounts.cards(number);
  }

  /** What holders received on their telephones, oldest first. */
  messages(): readonly PhoneMessage[] {
    return this.#checks.messages();
  }

  /** What waits for the branch, oldest first. */
  waitingApprovals(): ReturnType<BankChecks['waiting']> {
    return this.#checks.waiting();
  }

  /** Staff approve what has waited longest. False: nothing waits. */
  approve(): boolean {
    return this.#checks.decide('approved');
  }

  refuse(): boolean {
    return this.#checks.decide('refused');
  }

  // --- the contract

  operations(): readonly HostOperation[] {
    const post = (
      id: string,
      path: string,
      request: string,
      answer: string,
      decide: HostOperation['decide'],
    ): HostOperation => ({ id, method: 'POST', path, request, answer, decide });
    const get = (id: string, path: string, answer: string, decide: HostOperation['decide']): HostOperation => ({
      id,
      method: 'GET',
      path,
      answer,
      decide,
    });
    const checks = this.#checks;
    return [
      post('signOn', '/v1/sign-ons', 'SignOnRequest', 'SignOn', ({ body }) =>
        this.#pins.signOn(body, this.#accounts.today()),
      ),
      post('identify', '/v1/identifications', 'IdentificationRequest', 'Identification', ({ body }) =>
        this.#identify(body),
      ),
      get('holderCards', '/v1/holders/{ref}/cards', 'HolderCards', ({ ref }) => this.#holderCards(ref)),
      post('inquireBalance', '/v1/balance-inquiries', 'BalanceInquiryRequest', 'BalanceInquiry', ({ body }) =>
        this.#issuer.inquireBalance(body),
      ),
      {
        ...post('actOnCard', '/v1/cards/{ref}/actions', 'CardActionRequest', 'CardActionResult', (input) =>
          this.#acts.act(input.ref, input.body, input.terminalId),
        ),
        about: ({ body, ref }) => ({ cardRef: ref, action: body.action }),
      },
      get('pinEntry', '/v1/holders/{ref}/cards/{card}/pin-entry', 'PinEntry', ({ ref, more: [card = ''] }) =>
        this.#pinEntry(ref, card),
      ),
      post('sendOneTimeCode', '/v1/one-time-codes', 'OneTimeCodeRequest', 'OneTimeCode', ({ body }) =>
        checks.sendCode(body),
      ),
      post(
        'verifyOneTimeCode',
        '/v1/one-time-codes/{ref}/verifications',
        'OneTimeCodeVerificationRequest',
        'OneTimeCodeVerification',
        ({ body, ref, terminalId }) => checks.verifyCode(ref, body, terminalId),
      ),
      post('checkIdentity', '/v1/identity-checks', 'IdentityCheckRequest', 'IdentityCheck', ({ body }) =>
        checks.checkIdentity(body),
      ),
      post('approveByStaff', '/v1/staff-approvals', 'StaffApprovalRequest', 'StaffApproval', ({ body }) =>
        checks.approveByStaff(body),
      ),
      post('signStaffOn', '/v1/staff-sign-ons', 'StaffSignOnRequest', 'StaffSignOn', ({ body }) =>
        checks.signStaffOn(body),
      ),
      post('requestApproval', '/v1/approval-requests', 'ApprovalOrder', 'ApprovalRequest', ({ body }) =>
        checks.requestApproval(body),
      ),
      get('approvalState', '/v1/approval-requests/{ref}', 'ApprovalState', ({ ref }) => checks.approvalState(ref)),
    ];
  }

  #identify({ evidence }: IdentificationRequest): Decision {
    if (evidence.kind === 'bankCard') {
      const account = this.#accounts.byPan(evidence.pan);
      if (account === undefined) return isOurs(evidence.pan) ? refuse(404, 'noCard') : refuse(422, 'notHere');
      return this.#identification(account.holder, account);
    }
    const person = this.#persons.byDocument(evidence);
    return typeof person === 'string' ? refuse(404, 'noSuchPerson') : this.#identification(person.number);
  }

  #identification(number: string, presented?: AccountRow): Decision {
    const person = this.#persons.byNumber(number);
    if (person === undefined) return refuse(404, 'noSuchPerson');
    const answer = {
      holderRef: person.holder_ref,
      cards: this.#accounts.cards(number),
      phoneMask: phoneMask(person.phone),
      ...(presented && { presentedCardRef: presented.card_ref }),
    };
    return { answer };
  }

  #holderCards(holderRef: string): Decision {
    const holder = this.#persons.byRef(holderRef);
    if (holder === undefined) return refuse(404, 'notFound');
    return { answer: { holderRef, cards: this.#accounts.cards(holder.number) } };
  }

  /** Somebody else's card is as good as none: nobody learns whose it is. */
  #pinEntry(holderRef: string, cardRef: string): Decision {
    const account = this.#accounts.byRef(cardRef);
    const holder = this.#persons.byRef(holderRef);
    if (account === undefined || account.holder !== holder?.number) return refuse(404, 'notFound');
    return { answer: { pan: account.pan } };
  }
}
