/** What a snapshot means to a person with a document in the hand: which ones this kiosk reads, where, and where else. */

import type { DocumentKind, Snapshot } from '#protocol/generated/kiosk.ts';
import type { DocumentChoice, Elsewhere, ShownDocument } from './screens.ts';

/** As people tell them apart: the two designs of the foreigner's card are one document to its holder. */
const kindsOf: Readonly<Record<DocumentChoice, readonly DocumentKind[]>> = {
  residentId: ['residentId'],
  residencePermit: ['residencePermit'],
  permanentResident: ['permanentResident2017', 'permanentResident2023'],
  passport: ['passport'],
  hkMacaoPermit: ['hkMacaoPermit'],
  taiwanPermit: ['taiwanPermit'],
  exitEntryPermit: ['exitEntryPermit'],
  other: [],
};

/** The order on the screen: the commonest first. */
const choices = Object.keys(kindsOf) as readonly DocumentChoice[];

export function choiceOf(kind: DocumentKind): DocumentChoice {
  return choices.find((choice) => kindsOf[choice].includes(kind)) ?? 'residentId';
}

export function documentOf(snapshot: Snapshot, choice: DocumentChoice): ShownDocument {
  const support = snapshot.documents.filter(({ kind }) => kindsOf[choice].includes(kind));
  const able = support.find(({ available }) => available) ?? support.find(({ by }) => by !== undefined);
  if (able?.by === undefined) {
    return { choice, state: 'elsewhere' };
  }
  return { choice, state: able.available ? 'ready' : 'unavailable', reader: able.by };
}

export function documentsOf(snapshot: Snapshot): ShownDocument[] {
  return choices.map((choice) => documentOf(snapshot, choice));
}

/** Ways that stay open for a document that is not read here, best first. */
export function elsewhereForDocument({ state }: ShownDocument): Elsewhere[] {
  return state === 'unavailable' ? ['later', 'branch', 'bankHotline'] : ['branch', 'bankHotline'];
}
