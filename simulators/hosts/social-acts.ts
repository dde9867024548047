import type Database from 'better-sqlite3';
import type { Card, CardAction, CardActionRequest, EvidenceRef } from '#protocol/generated/card-management.ts';
import { type Decision, refuse } from './delivery.ts';
import { anyLiveCheck, freshMs, missing, type Needs } from './evidence.ts';
import { ageOn, type DocumentClaim, type PersonRow, type Persons } from './persons.ts';
import { daysLater, reference } from './wallet-records.ts';

type SocialStatus = Card['socialStatus'];

export interface SocialCardRow {
  readonly card_number: string;
  readonly card_ref: string;
  readonly id_code: string;
  readonly holder: string;
  readonly social_status: SocialStatus;
  readonly revision: number;
  readonly temporary_until: string | null;
  readonly replacement_requested: number;
}

interface Rule {
  readonly from: readonly SocialStatus[];
  readonly to: SocialStatus;
  readonly needs: Needs;
}

/** The province's days of a temporary report (domain 2b). */
const temporaryDays = 7;

/** domain.md 2d, the social side. */
const rules: Readonly<Partial<Record<CardAction, Rule>>> = {
  temporaryLoss: { from: ['normal'], to: 'tempLost', needs: { document: 'any', live: anyLiveCheck } },
  formalLoss: {
    from: ['normal', 'tempLost'],
    to: 'lost',
    needs: { document: 'chipOrStaff', live: anyLiveCheck, consent: true },
  },
  unfreeze: {
    from: ['tempLost', 'lost'],
    to: 'normal',
    needs: { document: 'chipOrStaff', card: true, live: anyLiveCheck },
  },
  enableSocial: { from: ['sealed'], to: 'normal', needs: { document: 'chip', card: true } },
  unlockSocialPin: { from: ['locked'], to: 'normal', needs: { document: 'any', card: true, staff: true } },
};

/** A temporary report lifts by itself (J2). */
export const socialStatusOf = (row: SocialCardRow, now: Date): SocialStatus =>
  row.social_status === 'tempLost' && row.temporary_until !== null && new Date(row.temporary_until) <= now
    ? 'normal'
    : row.social_status;

/** What may be done to the social side of a card, by whom, and for whom. */
export class SocialActs {
  readonly #db: Database.Database;
  readonly #now: () => Date;
  readonly #persons: Persons;

  constructor(db: Database.Database, now: () => Date, persons: Persons) {
    this.#db = db;
    this.#now = now;
    this.#persons = persons;
    db.exec(`
      CREATE TABLE IF NOT EXISTS agents (agent_ref TEXT PRIMARY KEY, holder TEXT NOT NULL, at TEXT NOT NULL);
    `);
  }

  /** A child's mother or father, as far as a province without a family register can tell: any grown person on file. */
  admitAgent(holder: PersonRow, relation: 'child' | 'other', claim: DocumentClaim): string | undefined {
    const agent = this.#persons.byDocument(claim);
    if (relation !== 'child' || typeof agent === 'string' || agent.number === holder.number) return undefined;
    const now = this.#now();
    if (ageOn(holder.birth, now) >= 18 || ageOn(agent.birth, now) < 18) return undefined;
    const agentRef = reference('G');
    this.#db.prepare('INSERT INTO agents VALUES (?, ?, ?)').run(agentRef, holder.number, now.toISOString());
    return agentRef;
  }

  act(cardRef: string, order: CardActionRequest): Decision {
    const card = this.#db.prepare('SELECT * FROM cards WHERE card_ref = ?').get(cardRef) as SocialCardRow | undefined;
    const holder = this.#persons.byRef(order.holderRef);
    if (card === undefined || holder === undefined) return refuse(404, 'notFound');
    if (card.holder !== holder.number) return refuse(422, 'holderMismatch');
    const { action } = order;
    if (order.agentRef !== undefined && !this.#mayAct(order.agentRef, holder, action))
      return refuse(422, 'agentNotAllowed');
    const status = socialStatusOf(card, this.#now());
    if (status !== order.expectedState || card.revision !== order.expectedRevision) return refuse(409, 'stateChanged');
    const rule = rules[action];
    if (rule === undefined) return refuse(422, 'notAllowed');
    if (!rule.from.includes(status)) return refuse(422, 'statusForbids');
    if (action === 'unfreeze' && card.replacement_requested === 1) return refuse(422, 'replacementRequested');
    const proves = (one: EvidenceRef): boolean =>
      one.kind !== 'cardGenuine' || this.#isGenuine(one.ref, card, freshMs(action));
    return missing(rule.needs, order.evidence, order.consents ?? [], proves) ?? this.#done(card, action, rule.to);
  }

  #done(card: SocialCardRow, action: CardAction, socialStatus: SocialStatus): Decision {
    const now = this.#now();
    const temporaryUntil = socialStatus === 'tempLost' ? daysLater(now, temporaryDays) : undefined;
    this.#db
      .prepare('UPDATE cards SET social_status = ?, temporary_until = ?, revision = revision + 1 WHERE card_ref = ?')
      .run(socialStatus, temporaryUntil ?? null, card.card_ref);
    return {
      answer: {
        cardRef: card.card_ref,
        action,
        socialStatus,
        revision: card.revision + 1,
        businessNumber: reference('N'),
        at: now.toISOString(),
        ...(temporaryUntil !== undefined && { temporaryUntil }),
      },
    };
  }

  #mayAct(agentRef: string, holder: PersonRow, action: CardAction): boolean {
    const row = this.#db.prepare('SELECT * FROM agents WHERE agent_ref = ?').get(agentRef) as
      | { holder: string; at: string }
      | undefined;
    return (
      action === 'temporaryLoss' && row?.holder === holder.number && this.#isFresh(row.at, freshMs('temporaryLoss'))
    );
  }

  /** By an authentication of this very card that has just ended well. */
  #isGenuine(authRef: string | undefined, card: SocialCardRow, forMs: number): boolean {
    const row = this.#db
      .prepare("SELECT at FROM authentications WHERE auth_ref = ? AND state = 'genuine' AND id_code = ?")
      .get(authRef ?? '', card.id_code) as { at: string } | undefined;
    return row !== undefined && this.#isFresh(row.at, forMs);
  }

  #isFresh(at: string, forMs: number): boolean {
    return this.#now().getTime() - Date.parse(at) <= forMs;
  }
}
