// Cuts Noto Sans SC and TC to the characters the kiosk shows and writes dist/fonts/ (git does not keep it).
// @fontsource ships each face as about a hundred slices; a slice is kept only where the kiosk uses a character of it:
//   text   every character in the catalogues, content packs and screens; fetched before the first screen is drawn
//   names  the rest of GB 2312, for names that come from a card; fetched by the browser when one appears
// Cached by a digest of the characters and of the faces' versions, so a second build does nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'dist/fonts');

/** The weights the design uses; the rest of the axis is cut away. */
const weights = { min: 400, max: 700 };
const faces = [
  { family: 'Kiosk Sans SC', package: '@fontsource-variable/noto-sans-sc', prefix: 'noto-sans-sc', names: true },
  { family: 'Kiosk Sans TC', package: '@fontsource-variable/noto-sans-tc', prefix: 'noto-sans-tc', names: false },
];

/** Where characters that reach the screen are written down. */
const sources = ['assets/languages', 'assets/content', 'kiosk-ui'];

/** Shown values that no source spells out: what devices and hosts may send in masked or grouped form. */
const always = ' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;-–—*•·…()（）%￥¥+/×≤≥℃№→←↑↓✓✕';

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json|html)$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** All characters in use, as a sorted string. */
export function charactersInUse() {
  const characters = new Set(always);
  for (const folder of sources) {
    for (const file of filesUnder(join(root, folder))) {
      for (const character of readFileSync(file, 'utf8')) {
        if (character > ' ') characters.add(character);
      }
    }
  }
  return [...characters].sort().join('');
}

/** GB 2312: rows 16 to 87 are its 6763 hanzi (GB 2312-80, 5.3). */
export function gb2312() {
  const decoder = new TextDecoder('gb2312');
  let text = '';
  for (let row = 16; row <= 87; row++) {
    for (let cell = 1; cell <= 94; cell++) {
      const character = decoder.decode(new Uint8Array([0xa0 + row, 0xa0 + cell]));
      if (character.length === 1 && character !== '\ufffd' && !(character >= '\ue000' && character <= '\uf8ff')) {
        text += character;
      }
    }
  }
  return text;
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

async function cutFace(face, wanted, kind, subsetFont) {
  const folder = join(root, 'node_modules', face.package);
  const slices = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8'));
  const missing = new Set(wanted);
  const rules = [];
  for (const [key, range] of Object.entries(slices)) {
    const inSlice = parseRange(range);
    const characters = [...missing].filter((character) => inSlice(character.codePointAt(0)));
    if (characters.length === 0) continue;
    const slice = key.replace(/[[\]]/g, '');
    const source = readFileSync(join(folder, 'files', `${face.prefix}-${slice}-wght-normal.woff2`));
    const cut = await subsetFont(source, characters.join(''), {
      targetFormat: 'woff2',
      variationAxes: { wght: weights },
    });
    const name = `${face.prefix}-${kind}-${slice}.woff2`;
    writeFileSync(join(out, name), cut);
    for (const character of characters) missing.delete(character);
    rules.push({ family: face.family, file: name, range: formatRange(characters), bytes: cut.length });
  }
  return { rules, missing };
}

const css = (rule) =>
  `@font-face{font-family:'${rule.family}';font-style:normal;font-display:block;font-weight:${weights.min} ${weights.max};` +
  `src:url(./${rule.file}) format('woff2');unicode-range:${rule.range}}`;

/** Builds dist/fonts/fonts.css and its files unless they are already right. */
export async function buildFonts(log = () => undefined) {
  const text = charactersInUse();
  const digest = createHash('sha256')
    .update(text)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  for (const face of faces) digest.update(readFileSync(join(root, 'node_modules', face.package, 'package.json')));
  const stamp = digest.digest('hex');
  const stampFile = join(out, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const { default: subsetFont } = await import('subset-font');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const rules = [];
  const totals = [];
  const inUse = new Set(text);
  const names = [...gb2312()].filter((character) => !inUse.has(character));
  for (const face of faces) {
    const cut = await cutFace(face, [...text], 'text', subsetFont);
    rules.push(...cut.rules);
    totals.push(`${face.family}: ${cut.rules.length} slices, ${kilobytes(cut.rules)} kB`);
    if (face.names) {
      const rest = await cutFace(face, names, 'names', subsetFont);
      rules.push(...rest.rules);
      totals.push(`${face.family} names: ${rest.rules.length} slices, ${kilobytes(rest.rules)} kB`);
    }
  }
  writeFileSync(join(out, 'fonts.css'), `${rules.map(css).join('\n')}\n`);
  writeFileSync(join(out, 'text.txt'), text);
  writeFileSync(stampFile, stamp);
  log(totals.join('\n'));
}

const kilobytes = (rules) => Math.round(rules.reduce((sum, rule) => sum + rule.bytes, 0) / 1024);

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildFonts(console.log);
