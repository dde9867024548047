/** POSIX ustar (IEEE 1003.1, pax "ustar Interchange Format"): as much of it as a bundle needs, so that any tar opens it. */
export const blockBytes = 512;

/** Where the fields of a header stand: name, offset, length. */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  owner: [108, 8],
  group: [116, 8],
  size: [124, 12],
  modified: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const;
type Field = keyof typeof fields;

/** Octal digits of 12 bytes reach to 8 GB; beyond that ustar has no number. */
export const largestMember = 8 ** 11 - 1;

export const paddingOf = (size: number): number => (blockBytes - (size % blockBytes)) % blockBytes;

function checksumOf(block: Buffer): number {
  const [at, length] = fields.checksum;
  let sum = 0;
  for (const [index, byte] of block.entries()) sum += index >= at && index < at + length ? 0x20 : byte;
  return sum;
}

export function tarHeader(name: string, size: number, modified: Date): Buffer {
  const block = Buffer.alloc(blockBytes);
  const put = (field: Field, text: string): void => {
    const [at, length] = fields[field];
    block.write(text, at, length, 'latin1');
  };
  const octal = (field: Field, value: number): void =>
    put(field, `${value.toString(8).padStart(fields[field][1] - 1, '0')}\0`);
  put('name', name);
  octal('mode', 0o400);
  octal('owner', 0);
  octal('group', 0);
  octal('size', size);
  octal('modified', Math.floor(modified.getTime() / 1000));
  put('type', '0');
  put('magic', 'ustar\x0000');
  put('checksum', `${checksumOf(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Undefined: no header of ours. A block of zeros ends an archive. */
export function readTarHeader(block: Buffer): { readonly name: string; readonly size: number } | 'end' | undefined {
  if (block.length < blockBytes) return undefined;
  if (block.every((byte) => byte === 0)) return 'end';
  const text = (field: Field): string => {
    const [at, length] = fields[field];
    return (block.toString('latin1', at, at + length).split('\0')[0] ?? '').trim();
  };
  const octal = (field: Field): number => (/^[0-7]+$/.test(text(field)) ? Number.parseInt(text(field), 8) : Number.NaN);
  if (text('magic') !== 'ustar' || text('type') !== '0' || octal('checksum') !== checksumOf(block)) return undefined;
  return Number.isNaN(octal('size')) ? undefined : { name: text('name'), size: octal('size') };
}
