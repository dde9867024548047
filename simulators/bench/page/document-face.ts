import type { WalletDocument } from './api.ts';
import { portrait } from './document-portrait.ts';
import { drawn, element } from './dom.ts';

/**
 * Documents as they look from a step away, drawn like the kiosk's front: flat, without words, without any emblem. Where a
 * real one is printed there are lines, and a stamp says 样本, specimen.
 */
type Face = WalletDocument['face'];

interface Tints {
  readonly base: string;
  /** What is printed behind everything. */
  readonly ground: string;
  readonly label: string;
  readonly ink: string;
}

const tints: Readonly<Record<Face['form'], Tints>> = {
  resident: { base: '#dcecf2', ground: '#c3deea', label: '#8fb6c6', ink: '#3b7389' },
  'permit-hong-kong': { base: '#dff0e4', ground: '#c3e2cd', label: '#8dbf9f', ink: '#2f7a55' },
  'permit-macao': { base: '#eef0d9', ground: '#dde2b6', label: '#b4bb7a', ink: '#6d742a' },
  'permit-taiwan': { base: '#e4e6f4', ground: '#cdd1ea', label: '#9fa6cf', ink: '#4c5699' },
  'foreigner-2017': { base: '#e3efe9', ground: '#c8e0d7', label: '#8fb8ab', ink: '#2d7466' },
  'foreigner-2023': { base: '#f8e7da', ground: '#f0d0b6', label: '#d6a47f', ink: '#a3532c' },
  transit: { base: '#e39a4e', ground: '#eeb878', label: '#fff', ink: '#fff' },
  passport: { base: '#f6f1e6', ground: '#e9dcc6', label: '#c3ae8f', ink: '#7b1f2b' },
  'passport-foreign': { base: '#f2f2ec', ground: '#dcdfdc', label: '#a9b1b3', ink: '#27445f' },
  'travel-hong-kong': { base: '#d9e7f5', ground: '#bfd6ec', label: '#8aaccd', ink: '#2f6190' },
  'travel-taiwan': { base: '#dbeeee', ground: '#bfdfdf', label: '#86b9b9', ink: '#1f7377' },
  'travel-outbound': { base: '#eee5f3', ground: '#dccbe6', label: '#b399c4', ink: '#6b4a86' },
};

const gold = '#f0d48a';
const wrong = '#c8402f';
const stamp = '#b3372c';

/** What is printed behind: waves, a skyline, a bridge, hills, a globe, a few sparks. */
const grounds: Readonly<Record<Face['form'], string>> = {
  resident: waves('M0 128C70 84 140 182 222 128C272 96 306 96 340 112V214H0Z'),
  'permit-hong-kong':
    '<path d="M0 214V158h20v-26h18v40h18v-58h22v48h24v-22h18v36h26v-70h12v-14h8v14h14v58h28v-30h22v42h28v-24h20v34h62V214Z"/>',
  'permit-macao':
    '<path d="M0 150C56 78 114 78 170 150C226 78 284 78 340 150V166H0Z"/><path d="M52 96h8v118h-8zM111 96h8v118h-8zM222 96h8v118h-8zM281 96h8v118h-8z" opacity=".7"/>',
  'permit-taiwan': '<path d="M0 214V170L62 108L104 150L164 82L232 156L276 122L340 186V214Z"/>',
  'foreigner-2017': globe(120, 118, 74, 9),
  'foreigner-2023': ['258 40 16', '290 26 8', '310 44 8', '313 70 8', '298 92 8'].map(spark).join(''),
  transit: waves('M0 132C84 84 160 180 240 126C284 98 312 100 340 116V214H0Z'),
  passport: globe(262, 92, 46, 4),
  'passport-foreign': globe(262, 92, 46, 4),
  'travel-hong-kong': waves('M0 120C84 66 160 160 240 108C284 80 312 82 340 98V214H0Z'),
  'travel-taiwan': '<path d="M0 214V150L80 92L130 132L200 62L270 128L340 84V214Z"/>',
  'travel-outbound': waves('M0 92C84 150 160 60 240 108C284 134 312 130 340 112V214H0Z'),
};

/** The whole of it: a card's front, a booklet's open page. */
export function documentFace({ face }: WalletDocument): HTMLElement {
  return framed(face, 'card', faceOf(face));
}

/** As it lies somewhere: a booklet is closed. */
export function documentArt({ face }: WalletDocument): HTMLElement {
  return isBooklet(face) ? framed(face, 'booklet', cover(face)) : framed(face, 'card', faceOf(face));
}

export const isBooklet = ({ form }: Face): boolean => form === 'passport' || form === 'passport-foreign';

function framed(face: Face, shape: 'card' | 'booklet', picture: string): HTMLElement {
  const size = shape === 'card' ? '340 214' : '176 248';
  return element('div', `document ${shape} is-${face.condition}`, drawn(size, picture));
}

function faceOf(face: Face): string {
  if (face.form === 'transit') return transitCard(face);
  if (isBooklet(face)) return openPage(face);
  if (face.form.startsWith('travel-')) return travelPermit(face);
  return face.form === 'foreigner-2023' ? identityCard(face, 26, 128) : identityCard(face, 230, 26);
}

/** Card with a chip: portrait at one side, the number along the bottom. */
function identityCard(face: Face, portraitX: number, x: number): string {
  const titled = face.form !== 'resident';
  const rows = titled ? [64, 90, 116] : [44, 72, 100];
  const [first = 0, second = 0, third = 0] = rows;
  const tint = tints[face.form];
  const latin = face.form.startsWith('foreigner');
  return [
    ground(face),
    titled ? strokes(tint.ink, 10, `M${x} 34h${latin ? 96 : 128}`) : '',
    strokes(tint.label, 7, `M${x} ${first}h18M${x} ${second}h18M${x + 66} ${second}h18M${x} ${third}h18`),
    strokes(
      tint.ink,
      7,
      `M${x + 34} ${first}h${latin ? 108 : 52}M${x + 34} ${second}h10M${x + 100} ${second}h14` +
        `M${x + 34} ${third}h30M${x + 80} ${third}h10M${x + 106} ${third}h10`,
    ),
    titled
      ? strokes(tint.ink, 7, `M${x + 34} 142h96`)
      : strokes(tint.label, 7, `M${x} 130h18`) + strokes(tint.ink, 7, `M${x + 34} 130h126M${x + 34} 150h84`),
    strokes(tint.label, 7, 'M26 188h54'),
    characters(98, 188, 18, 8, 4, tint.ink, 12),
    face.condition === 'misprinted' ? characters(302, 188, 1, 8, 4, wrong, 12) : '',
    portrait(face.portrait, portraitX, 30, 84, 110, tint.ink),
    portraitX > 200 ? specimen(186, 96) : specimen(288, 132),
  ].join('');
}

/** Card with three machine-readable lines. */
function travelPermit(face: Face): string {
  const tint = tints[face.form];
  return [
    ground(face),
    portrait(face.portrait, 24, 22, 82, 104, tint.ink),
    strokes(tint.ink, 10, 'M126 32h136'),
    strokes(tint.label, 7, 'M126 62h22M126 86h22M210 86h22M126 110h22'),
    strokes(tint.ink, 7, 'M164 62h90M164 86h28M248 86h40M164 110h44M224 110h20'),
    specimen(298, 54),
    '<path d="M0 144H340V214H0Z" fill="#fff" opacity=".82"/>',
    ...[161, 180, 199].map((y) => characters(24, y, 30, 6, 3.8, '#3a464d', 7)),
  ].join('');
}

/** The page with the portrait, in its cover. */
function openPage(face: Face): string {
  const { ink, base, label } = tints[face.form];
  return [
    `<rect width="340" height="214" fill="${ink}"/><rect x="8" y="8" width="324" height="198" rx="5" fill="${base}"/>`,
    ground(face, false),
    '<path d="M8 8H332V20H8Z" fill="#000" opacity=".07"/>',
    portrait(face.portrait, 26, 34, 80, 104, ink),
    strokes(ink, 9, 'M126 42h70'),
    characters(236, 42, 9, 6, 3, ink, 9),
    strokes(label, 6, 'M126 66h16M126 90h16M216 90h16M126 114h16'),
    strokes(ink, 6, 'M126 76h96M126 100h38M216 100h50M126 124h60'),
    specimen(290, 122),
    '<path d="M8 152H332V201A5 5 0 0 1 327 206H13A5 5 0 0 1 8 201Z" fill="#fff" opacity=".75"/>',
    ...[169, 189].map((y) => characters(26, y, 44, 4.2, 2.4, '#3a464d', 7)),
    face.condition === 'misprinted' ? characters(26 + 6.6 * 6, 189, 1, 4.2, 2.4, wrong, 9) : '',
  ].join('');
}

function cover({ form }: Face): string {
  return [
    `<rect width="176" height="248" fill="${tints[form].ink}"/><path d="M0 0H13V248H0Z" fill="#000" opacity=".18"/>`,
    `<g stroke="${gold}">${globe(92, 100, 36, 6)}</g>`,
    strokes(gold, 8, form === 'passport' ? 'M58 178h68' : 'M48 34h88'),
    strokes(gold, 6, form === 'passport' ? 'M68 200h48' : 'M66 196h52'),
  ].join('');
}

function transitCard(face: Face): string {
  return [
    ground(face),
    '<rect x="92" y="52" width="156" height="104" rx="22" fill="#fff"/>',
    '<path d="M110 72h54v36h-54zM176 72h54v36h-54z" fill="#c8563c" stroke="#c8563c" stroke-width="6"/>',
    '<path d="M92 122h156v12a22 22 0 0 1-22 22H114a22 22 0 0 1-22-22Z" fill="#f9e3cf"/>',
    '<circle cx="128" cy="156" r="15" fill="#22303a"/><circle cx="212" cy="156" r="15" fill="#22303a"/>',
    '<circle cx="128" cy="156" r="5" fill="#fff"/><circle cx="212" cy="156" r="5" fill="#fff"/>',
    '<path d="M276 34a26 26 0 0 1 0 34M290 22a46 46 0 0 1 0 58" stroke="#fff" stroke-width="7" opacity=".9"/>',
  ].join('');
}

function ground({ form }: Face, whole = true): string {
  const { base, ground: tone } = tints[form];
  const paper = whole ? `<rect width="340" height="214" fill="${base}"/>` : '';
  return `${paper}<g fill="${tone}" stroke="${tone}">${grounds[form]}</g>`;
}

function waves(path: string): string {
  return `<path d="${path}" stroke="none"/><g transform="translate(0 34)" opacity=".6"><path d="${path}" stroke="none"/></g>`;
}

/** The mark that the drawing has on its passport reader; it takes its stroke from around it. */
function globe(x: number, y: number, r: number, width: number): string {
  const bow = r * 0.52;
  return [
    `<g fill="none" stroke-width="${width}"><circle cx="${x}" cy="${y}" r="${r}"/>`,
    `<path d="M${x - r} ${y}h${2 * r}M${x} ${y - r}C${x - bow - 6} ${y - bow} ${x - bow - 6} ${y + bow} ${x} ${y + r}`,
    `M${x} ${y - r}C${x + bow + 6} ${y - bow} ${x + bow + 6} ${y + bow} ${x} ${y + r}"/></g>`,
  ].join('');
}

function spark(place: string): string {
  const [x = 0, y = 0, r = 0] = place.split(' ').map(Number);
  const inner = r * 0.3;
  return `<path stroke="none" d="M${x} ${y - r}L${x + inner} ${y - inner}L${x + r} ${y}L${x + inner} ${y + inner}L${x} ${y + r}L${x - inner} ${y + inner}L${x - r} ${y}L${x - inner} ${y - inner}Z"/>`;
}

const strokes = (colour: string, width: number, path: string): string =>
  `<path d="${path}" stroke="${colour}" stroke-width="${width}"/>`;

/** So many characters of a fixed width, none of them told. */
const characters = (
  x: number,
  y: number,
  count: number,
  width: number,
  gap: number,
  colour: string,
  height: number,
): string =>
  `<path d="M${x} ${y}h${count * (width + gap) - gap}" stroke="${colour}" stroke-width="${height}" stroke-dasharray="${width} ${gap}" stroke-linecap="butt"/>`;

const specimen = (x: number, y: number): string =>
  [
    `<g transform="translate(${x} ${y}) rotate(-9)" opacity=".62"><rect x="-29" y="-17" width="58" height="34" rx="5" stroke="${stamp}" stroke-width="3"/>`,
    `<text y="9" text-anchor="middle" font-size="24" font-weight="600" letter-spacing="1" fill="${stamp}">样本</text></g>`,
  ].join('');
