// Cuts Noto Sans SC and TC to the characters the kiosk shows. vite.config.ts calls it before every build of the page.
// @fontsource ships each face as about a hundred slices; a slice is kept only where the kiosk uses a character of it:
//   text.css   every character of the catalogues, content packs and screens; fetched before the first screen is drawn
//   names.css  the rest of GB 2312, for names of people and branches; the browser fetches a slice when one appears
// A cut slice is kept under a name that tells what is in it, so a build after a changed sentence cuts one or two.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Outside dist/, which other builds empty; git and the package keep nothing of it. */
export const fontFolder = join(root, 'node_modules/.cache/kiosk-fonts');

/** The weights the design uses; the rest of the axis is cut away. */
const weights = { min: 400, max: 700 };
const faces = [
  { family: 'Kiosk Sans SC', package: '@fontsource-variable/noto-sans-sc', prefix: 'noto-sans-sc' },
  { family: 'Kiosk Sans TC', package: '@fontsource-variable/noto-sans-tc', prefix: 'noto-sans-tc' },
];
const [simplified, traditional] = faces;

/** Shown values that no source spells out: what devices and hosts may send in masked or grouped form. */
const always =
  ' \u00a00123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;-–—*•·…()（）%￥¥+/×≤≥℃№→←↑↓✓✕';

/** Words that names of banks and branches are made of: most kiosks then need no face of names on their first screen. */
const inNames = '中国工商农业建设交通邮政储蓄银行股份有限公司总分支行营业部厅网点示范测试江苏省市区县镇路街号大学医院';

function filesUnder(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json|html)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Texts of one value of a content pack, each with its language. */
function* textsOf(value, language) {
  if (typeof value === 'string') yield [language, value];
  else if (value !== null && typeof value === 'object') {
    for (const [key, member] of Object.entries(value)) {
      yield* textsOf(member, key === 'zh-Hant' || key === 'zh-Hans' || key === 'en' ? key : language);
    }
  }
}

/** Characters in use by family; text of no particular language is in both. */
export function charactersInUse() {
  const used = new Map(faces.map((face) => [face, new Set(always)]));
  for (const character of inNames) used.get(simplified).add(character);
  const add = (text, language) => {
    for (const face of faces) {
      // English and the simplified script share a face; the traditional script falls back to it for what it lacks.
      if (language !== undefined && (face === traditional) !== (language === 'zh-Hant')) continue;
      for (const character of text) if (character > ' ') used.get(face).add(character);
    }
  };
  for (const file of filesUnder('assets/content').filter((name) => name.endsWith('.json'))) {
    for (const [language, text] of textsOf(JSON.parse(readFileSync(file, 'utf8')))) add(text, language);
  }
  for (const language of ['zh-Hans', 'zh-Hant', 'en']) {
    // The catalogue, and its parts in folders of their own.
    for (const file of filesUnder('assets/languages').filter((name) => basename(name) === `${language}.ts`)) {
      add(readFileSync(file, 'utf8'), language);
    }
  }
  // One file of all languages, like the screens.
  const common = join(root, 'assets/languages/welcome.ts');
  for (const file of [common, ...filesUnder('kiosk-ui')]) add(readFileSync(file, 'utf8'));
  return used;
}

/** GB 2312: rows 16 to 87 are its 6763 hanzi (GB 2312-80, 5.3). */
export function gb2312() {
  const decoder = new TextDecoder('gb2312');
  const characters = [];
  for (let row = 16; row <= 87; row++) {
    for (let cell = 1; cell <= 94; cell++) {
      const character = decoder.decode(new Uint8Array([0xa0 + row, 0xa0 + cell]));
      if (character.length === 1 && character !== '\ufffd' && !(character >= '\ue000' && character <= '\uf8ff')) {
        characters.push(character);
      }
    }
  }
  return characters;
}

/** `U+0-7F,U+4E00` -> predicate over code points. */
function parseRange(range) {
  const parts = range.split(',').map((part) => {
    const [from, to] = part.trim().replace(/^U\+/i, '').split('-');
    return [Number.parseInt(from, 16), Number.parseInt(to ?? from, 16)];
  });
  return (code) => parts.some(([from, to]) => code >= from && code <= to);
}

function formatRange(characters) {
  const codes = characters.map((character) => character.codePointAt(0)).sort((a, b) => a - b);
  const ranges = [];
  for (const code of codes) {
    const last = ranges.at(-1);
    if (last && code === last[1] + 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const hex = (code) => code.toString(16).toUpperCase();
  return ranges.map(([from, to]) => (from === to ? `U+${hex(from)}` : `U+${hex(from)}-${hex(to)}`)).join(',');
}

const rule = ({ family, file, range }) =>
  `@font-face{font-family:'${family}';font-style:normal;font-display:block;font-weight:${weights.min} ${weights.max};` +
  `src:url(./${file}) format('woff2');unicode-range:${range}}`;

/** Whole or not at all: another build may be reading. */
function write(out, file, bytes) {
  const unfinished = join(out, `${file}.${process.pid}`);
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, join(out, file));
}

/**
 * Cuts what is in `wanted` out of a face's slices.
 * @param shown the part of `wanted` that the rule is for: where two rules claim a character the later one would win
 */
async function cutFace(face, kind, wanted, shown, out) {
  const folder = join(root, 'node_modules', face.package);
  const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  const slices = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8'));
  const left = new Set(wanted);
  const rules = [];
  for (const [key, range] of Object.entries(slices)) {
    const inSlice = parseRange(range);
    const characters = [...left].filter((character) => inSlice(character.codePointAt(0))).sort();
    const claimed = characters.filter((character) => shown.has(character));
    for (const character of characters) left.delete(character);
    if (claimed.length === 0) continue;
    const slice = key.replace(/[[\]]/g, '');
    const digest = createHash('sha256').update(`${version} ${weights.min}-${weights.max} ${characters.join('')}`);
    const file = `${face.prefix}-${kind}-${slice}-${digest.digest('hex').slice(0, 12)}.woff2`;
    if (!existsSync(join(out, file))) {
      const { default: subsetFont } = await import('subset-font');
      const source = readFileSync(join(folder, 'files', `${face.prefix}-${slice}-wght-normal.woff2`));
      const options = { targetFormat: 'woff2', variationAxes: { wght: weights } };
      write(out, file, await subsetFont(source, characters.join(''), options));
    }
    rules.push({ family: face.family, file, range: formatRange(claimed) });
  }
  return rules;
}

/** Writes text.css, names.css and their slices to `out`; cuts only what is not there yet. Returns what is in there. */
export async function buildFonts(out = fontFolder) {
  mkdirSync(out, { recursive: true });
  const used = charactersInUse();
  const text = [];
  for (const face of faces) text.push(...(await cutFace(face, 'text', used.get(face), used.get(face), out)));
  const all = gb2312();
  const rest = new Set(all.filter((character) => !used.get(simplified).has(character)));
  const names = await cutFace(simplified, 'names', new Set(all), rest, out);
  write(out, 'text.css', `${text.map(rule).join('\n')}\n`);
  write(out, 'names.css', `${names.map(rule).join('\n')}\n`);
  const kept = new Set(['text.css', 'names.css', ...[...text, ...names].map(({ file }) => file)]);
  for (const file of readdirSync(out)) if (!kept.has(file) && /\.(woff2|css)$/.test(file)) rmSync(join(out, file));
  const kilobytes = (rules) =>
    Math.round(rules.reduce((sum, { file }) => sum + readFileSync(join(out, file)).length, 0) / 1024);
  return {
    text: { slices: text.length, kilobytes: kilobytes(text) },
    names: { slices: names.length, kilobytes: kilobytes(names) },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await buildFonts());
