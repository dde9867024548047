import type { WalletCard } from './api.ts';
import { element } from './dom.ts';

const banks = { icbc: '中国工商银行', abc: '中国农业银行' } as const;

/** Which colours the plastic has: generations and banks differ, copies and broken cards are pale. */
function plastic({ id, face }: WalletCard): string {
  if (id === 'mute') return 'worn';
  if (id === 'cloned') return 'blank';
  if (face.kind === 'debit' || face.kind === 'staff') return face.kind;
  return `generation-${face.generation ?? 3}`;
}

/** The coloured plastic alone, as it sticks out of a slot or a stack. */
export function cardArt(card: WalletCard): HTMLElement {
  return element('div', `plastic ${plastic(card)}`, element('div', 'wave'), element('div', 'chip'));
}

/** The whole face, lying. Names and numbers are synthetic and printed in Chinese whatever the page speaks. */
export function cardFace(card: WalletCard): HTMLElement {
  const { face } = card;
  const art = cardArt(card);
  const social = face.generation === 1 ? '市民卡' : '社会保障卡';
  const title = { debit: '借记卡', staff: '工作证', social }[face.kind];
  art.append(
    element('div', 'face-title', title),
    element('div', 'face-bank', face.bank === null ? '' : banks[face.bank]),
    element('div', 'face-holder', face.holder ?? ''),
    element(
      'div',
      'face-number',
      face.lastDigits === null ? '' : face.kind === 'staff' ? face.lastDigits : `···· ${face.lastDigits}`,
    ),
  );
  return art;
}
