import type { OneTimeCodeRequest } from '#protocol/generated/bank-core.ts';
import type { ActOffer, CommandPayloads, CompletionPayloads, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { CardReader } from '../../../devices/card-reader.ts';
import { type BankCoreHost, type HostFailure, newIdempotencyKey, type PinBlockOrder } from '../../../hosts/index.ts';
import type { Journal } from '../../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../../service.ts';
import { certain } from '../certain.ts';
import type { Clock } from '../clock.ts';
import type { Custody } from '../custody.ts';
import type { FaceCheck } from '../face-check.ts';
import { noAccount, type PinService, shownTo } from '../pin.ts';
import type { StaffProof } from '../staff-proof.ts';
import type { Visit } from '../visits.ts';
import type { WorkingKeys } from '../working-keys.ts';
import type { Circumstances } from './circumstances.ts';
import { offer } from './decide.ts';
import {
  type CheckError,
  type Checked,
  type CheckedAct,
  type Desk,
  type Failed,
  failedBy,
  isChecked,
} from './live-check.ts';
import { StaffApproval } from './staff-approval.ts';

export interface LiveChecksOptions {
  readonly bankCore: BankCoreHost | undefined;
  /** Where a staff card may come in. */
  readonly reader: CardReader | undefined;
  readonly custody: Custody;
  readonly pins: PinService;
  readonly proof: StaffProof;
  readonly workingKeys: WorkingKeys;
  readonly face: FaceCheck | undefined;
  readonly circumstances: Circumstances;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly staffMs: number;
}

type Payload = CommandPayloads['CardService.Check'];

/** A code on its way to the holder's telephone, for one purpose. */
interface SentCode {
  readonly codeRef: string;
  readonly phoneMasked: string;
  readonly validUntilMs: number;
  readonly resendFromMs: number;
}

const faceTimeoutMs = 60_000;

const purposes: Readonly<Record<CheckedAct, OneTimeCodeRequest['purpose']>> = {
  temporaryLoss: 'lossReport',
  formalLoss: 'lossReport',
  unfreeze: 'unfreeze',
  enableSocial: 'activation',
  activate: 'activation',
  changePin: 'pinReset',
  resetPin: 'pinReset',
  unlockSocialPin: 'pinReset',
};

/** Live checks: whoever stands here proves, now, to be the holder (domain.md 2d, F1). */
export class LiveChecks {
  readonly #options: LiveChecksOptions;
  /** Codes that were sent in a visit; a visit takes them with it. */
  readonly #codes = new WeakMap<Visit, Map<string, SentCode>>();

  readonly #staff: StaffApproval;

  constructor(options: LiveChecksOptions) {
    this.#options = options;
    this.#staff = new StaffApproval(options);
  }

  async check(visit: Visit, payload: Payload, context: CommandContext): Promise<Outcome> {
    const { journal, bankCore, circumstances } = this.#options;
    const { act, kind, resend = false } = payload;
    const refuse = ({ code, ...more }: Failed & { readonly code: CheckError }): Outcome => {
      journal.record('check.failed', { by: kind, act, why: code }, visit.id);
      return commandError(code, { ...more, caseCode: visit.caseCode });
    };
    const holder = visit.evidence.holder(payload.holder);
    const card = holder?.cards.find(({ id }) => id === payload.cardId);
    if (holder === undefined || card === undefined) return refuse({ code: 'noSuchEvidence' });
    const wanted = offer(act, circumstances.situationOf(card, holder));
    if (bankCore === undefined || !isChecked(act) || !mayCheck(wanted, kind))
      return refuse({ code: 'checkUnavailable' });
    const signal = AbortSignal.any([context.signal, visit.signal]);
    const desk: Desk = { visit, holder, card, act, resend, context, signal, bankCore };
    const checked = await this.#by(kind, desk);
    if (!checked.ok) {
      const { code, ...more } = checked.error;
      if (code !== 'cancelled') return refuse({ code, ...more });
      journal.record('check.failed', { by: kind, act, why: 'cancelled' }, visit.id);
      return interrupted(context);
    }
    const { ref, pinBlock } = checked.value;
    if (visit.signal.aborted) {
      // Whoever it was is gone, and their evidence is wiped already.
      pinBlock?.block.fill(0);
      return interrupted(context);
    }
    const evidence = visit.evidence.addCheck({
      holderId: holder.id,
      cardId: card.id,
      act,
      by: kind,
      ref,
      pinBlock,
      at: this.#options.clock.date().toISOString(),
    });
    journal.record('check.passed', { by: kind, act, token: holder.token }, visit.id);
    const completion: CompletionPayloads['CardService.Check'] = { checkEvidence: evidence.id };
    return success(completion);
  }

  #by(kind: LiveCheckKind, desk: Desk): Checked {
    switch (kind) {
      case 'bankPin':
        return this.#bankPin(desk);
      case 'oneTimeCode':
        return this.#oneTimeCode(desk);
      case 'staff':
        return this.#staff.ask(desk);
      case 'face':
        return this.#face(desk);
    }
  }

  /** The account's number comes from the bank, for the pad alone; the bank judges the PIN and counts the tries. */
  async #bankPin({ visit, holder, card, act, context, signal, bankCore }: Desk): Checked {
    const { bank } = card;
    if (bank === undefined || holder.bankRef === undefined) return err({ code: 'checkUnavailable' });
    const pan = await bankCore.pinEntry(bank.cardRef, holder.bankRef, { signal });
    if (!pan.ok) return err(failedBy(pan.error));
    const entered = await this.#pad(visit, pan.value, context).finally(() => pan.value.fill(0));
    if (!entered.ok) return entered;
    const pinBlock = entered.value;
    const keep = act === 'changePin';
    const key = newIdempotencyKey();
    const verified = await this.#certain(
      bankCore,
      key,
      () =>
        bankCore.act(
          bank.cardRef,
          {
            holderRef: holder.bankRef ?? '',
            action: 'verifyPin',
            expectedState: bank.financialStatus,
            expectedRevision: bank.revision,
            evidence: [],
            pinBlock,
          },
          { idempotencyKey: key, signal },
        ),
      signal,
    );
    if (!keep || !verified.ok) pinBlock.block.fill(0);
    if (!verified.ok) return err(this.#pinFailure(verified.error));
    const ref = 'businessNumber' in verified.value ? verified.value.businessNumber : undefined;
    return ok({ ...(ref !== undefined && { ref }), ...(keep && { pinBlock }) });
  }

  #pinFailure(failure: HostFailure): Failed {
    if (failure.code !== 'refused') return failedBy(failure);
    const { reason, triesLeft } = failure;
    if (reason === 'signOnRequired') {
      this.#options.workingKeys.invalidate();
      return { code: 'pinPadNeedsKeys' };
    }
    if (reason === 'wrongPin') return { code: 'wrongPin', ...(triesLeft !== undefined && { triesLeft }) };
    return { code: reason === 'pinLocked' ? 'pinLocked' : 'checkUnavailable' };
  }

  /** To the number on the bank's file, entered on the pad: no digit of it is ever on the glass. */
  async #oneTimeCode(desk: Desk): Checked {
    const { visit, context, signal, bankCore } = desk;
    const sent = await this.#sentCode(desk);
    if (!sent.ok) return sent;
    const nowMs = this.#options.clock.nowMs();
    context.emit('CardService.CodeSentEvent', {
      phoneMasked: sent.value.phoneMasked,
      secondsValid: Math.max(0, Math.round((sent.value.validUntilMs - nowMs) / 1000)),
      resendAfterSeconds: Math.max(0, Math.ceil((sent.value.resendFromMs - nowMs) / 1000)),
    });
    const entered = await this.#pad(visit, noAccount(), context);
    if (!entered.ok) return entered;
    const codeBlock = entered.value;
    const key = newIdempotencyKey();
    const verified = await this.#certain(
      bankCore,
      key,
      () => bankCore.verifyCode(sent.value.codeRef, codeBlock, { idempotencyKey: key, signal }),
      signal,
    ).finally(() => codeBlock.block.fill(0));
    if (!verified.ok) {
      if (verified.error.code === 'refused' && verified.error.reason === 'signOnRequired')
        return err(this.#pinFailure(verified.error));
      // Whatever the bank has against this code, another one may do.
      if (verified.error.code === 'refused') this.#forgetCode(desk);
      return err(verified.error.code === 'refused' ? { code: 'codeExpired' } : failedBy(verified.error));
    }
    if (!('verified' in verified.value)) return err({ code: 'noAnswer' });
    const { verified: right, triesLeft } = verified.value;
    if (right) {
      this.#forgetCode(desk);
      return ok({ ref: sent.value.codeRef });
    }
    if (triesLeft === 0) this.#forgetCode(desk);
    return err(triesLeft === 0 ? { code: 'codeExpired' } : { code: 'wrongCode', triesLeft });
  }

  /** The code on its way, or another one. */
  async #sentCode({ visit, holder, act, resend, signal, bankCore }: Desk): Promise<Result<SentCode, Failed>> {
    const { clock } = this.#options;
    const codes = this.#codes.get(visit) ?? new Map<string, SentCode>();
    this.#codes.set(visit, codes);
    const purpose = purposes[act];
    const known = codes.get(`${holder.id} ${purpose}`);
    const nowMs = clock.nowMs();
    if (known !== undefined && known.validUntilMs > nowMs && (!resend || known.resendFromMs > nowMs)) return ok(known);
    const key = newIdempotencyKey();
    const sent = await this.#certain(
      bankCore,
      key,
      () => bankCore.sendCode({ holderRef: holder.bankRef ?? '', purpose }, { idempotencyKey: key, signal }),
      signal,
    );
    if (!sent.ok) {
      const { error } = sent;
      if (error.code !== 'refused' || error.reason !== 'limitReached') return err(failedBy(error));
      const { retryAfterSeconds } = error;
      return err({ code: 'tooManyCodes', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
    }
    if (!('codeRef' in sent.value)) return err({ code: 'noAnswer' });
    const { codeRef, phoneMask, expiresAt, resendAfterSeconds } = sent.value;
    // The host's clock may differ from ours: what counts is that it says no in the end.
    const validMs = Math.min(15 * 60_000, Math.max(60_000, Date.parse(expiresAt) - clock.date().getTime()));
    const code = {
      codeRef,
      phoneMasked: phoneMask,
      validUntilMs: nowMs + validMs,
      resendFromMs: nowMs + resendAfterSeconds * 1000,
    };
    codes.set(`${holder.id} ${purpose}`, code);
    return ok(code);
  }

  #forgetCode({ visit, holder, act }: Desk): void {
    this.#codes.get(visit)?.delete(`${holder.id} ${purposes[act]}`);
  }

  async #face({ visit, signal }: Desk): Checked {
    const { face } = this.#options;
    if (face === undefined) return err({ code: 'checkUnavailable' });
    const { verdict, ref } = await face.check({ visit: visit.id }, { signal, timeoutMs: faceTimeoutMs });
    if (signal.aborted) return err({ code: 'cancelled' });
    if (verdict === 'match') return ok(ref === undefined ? {} : { ref });
    return err({ code: verdict === 'differs' ? 'faceDiffers' : 'checkUnavailable' });
  }

  async #pad(visit: Visit, pan: Uint8Array, context: CommandContext): Promise<Result<PinBlockOrder, Failed>> {
    const entered = await this.#options.pins.entry(visit, pan, shownTo(context), { endsWithCard: false });
    if (entered.ok) {
      const { block, format, keySetId } = entered.value;
      return ok({ block, format, keySetId });
    }
    return err({ code: entered.error === 'cardRemoved' ? 'cancelled' : entered.error });
  }

  #certain<T>(
    bankCore: BankCoreHost,
    key: string,
    act: () => Promise<Result<T, HostFailure>>,
    signal: AbortSignal,
  ): Promise<Result<T, HostFailure>> {
    return certain({ bankCore, clock: this.#options.clock, signal }, key, act);
  }
}

/** A check of the act's list, or the staff that it needs besides. */
const mayCheck = (wanted: ActOffer, kind: LiveCheckKind): boolean =>
  wanted.checks.includes(kind) || (kind === 'staff' && wanted.staff);
