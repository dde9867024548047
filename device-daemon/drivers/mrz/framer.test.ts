import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastGrowth } from '#test/held.ts';
import { Chance } from '#test/hostile/random.ts';
import { encodeSwipe, Framer, type Shape, shapes } from './framer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const bytes = (lines: readonly string[]): Buffer[] => lines.map((line) => Buffer.from(line, 'latin1'));
const pauseMs = 1_000;

/** Published specimens and computed lines of the reference (c.1, c.2). */
const td3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const td2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
const td1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];
const documents = { td1, td2, td3 } as const;

interface Heard {
  readonly lines: string[][];
  readonly framed: boolean[];
  push(data: Uint8Array, atMs?: number): void;
  readonly framer: Framer;
}

function listen(shape: Shape | 'auto'): Heard {
  const lines: string[][] = [];
  const framed: boolean[] = [];
  const framer = new Framer(
    {
      lines: (given, isFramed) => {
        lines.push(given.map((line) => Buffer.from(line).toString('latin1')));
        framed.push(isFramed);
      },
    },
    shape,
    pauseMs,
  );
  return { lines, framed, framer, push: (data, atMs = 0) => framer.push(data, atMs) };
}

describe('swipe -> exact bytes on the wire', () => {
  const letters = (text: string): string => Buffer.from(text).toString('hex');
  test.each([
    [
      'desko, three lines',
      encodeSwipe('desko', bytes(td1)),
      `02 ${td1.map((line) => `${letters(line)} 0d`).join(' ')} 03`,
    ],
    [
      'desko, two lines: no CR for the third',
      encodeSwipe('desko', bytes(td3)),
      `02 ${td3.map((line) => `${letters(line)} 0d`).join(' ')} 03`,
    ],
    ['plain, CR', encodeSwipe('plain', bytes(td3)), td3.map((line) => `${letters(line)} 0d`).join(' ')],
    [
      'plain, CR LF',
      encodeSwipe('plain', bytes(td3), { newLine: 'crlf' }),
      td3.map((line) => `${letters(line)} 0d0a`).join(' '),
    ],
    // 99 bytes from "OU" to the BCC.
    [
      '3m, three lines',
      encodeSwipe('3m', bytes(td1)).subarray(0, -1),
      `01 63 00 4f55 02 30 ${td1.map((line) => `${letters(line)} 0d`).join(' ')} 03`,
    ],
    // 97: line 1 is missing, its CR is not.
    [
      '3m, two lines',
      encodeSwipe('3m', bytes(td3)).subarray(0, -1),
      `01 61 00 4f55 02 30 0d ${td3.map((line) => `${letters(line)} 0d`).join(' ')} 03`,
    ],
    [
      '3m, two lines of 36: padded to 44',
      encodeSwipe('3m', bytes(td2)).subarray(0, -1),
      `01 61 00 4f55 02 30 0d ${td2.map((line) => `${letters(line)} 5f5f5f5f5f5f5f5f 0d`).join(' ')} 03`,
    ],
  ])('%s', (_name, wire, expected) => {
    expect(wire.toString('hex')).toBe(expected.replaceAll(' ', ''));
  });

  test('the BCC of 3M is the XOR of everything between SOH and itself', () => {
    const wire = encodeSwipe('3m', bytes(td1));
    expect(wire.subarray(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
  });
});

describe('bytes -> lines', () => {
  const cases = shapes.flatMap((shape) =>
    Object.entries(documents).map(([name, lines]) => [shape, name, lines] as const),
  );
  test.each(cases)('%s, %s: its own shape and auto', (shape, _name, lines) => {
    for (const accepted of [shape, 'auto'] as const) {
      const heard = listen(accepted);
      heard.push(encodeSwipe(shape, bytes(lines)));
      expect(heard.lines).toEqual([lines]);
      expect(heard.framed).toEqual([shape !== 'plain']);
    }
  });

  test.each(cases)('%s, %s: nothing in another shape', (shape, _name, lines) => {
    for (const other of shapes.filter((one) => one !== shape && one !== 'plain')) {
      const heard = listen(other);
      heard.push(encodeSwipe(shape, bytes(lines)));
      expect(heard.lines).toEqual([]);
    }
  });

  test('any lines in any pieces come back as they were', () => {
    const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<');
    const document = fc.constantFrom([30, 3] as const, [36, 2] as const, [44, 2] as const).chain(([width, count]) =>
      fc.array(fc.string({ unit: character, minLength: width, maxLength: width }), {
        minLength: count,
        maxLength: count,
      }),
    );
    fc.assert(
      fc.property(
        document,
        fc.constantFrom(...shapes),
        fc.constantFrom('auto' as const, 'own' as const),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 255 }),
        (lines, shape, accepted, size, flag) => {
          const heard = listen(accepted === 'auto' ? 'auto' : shape);
          const wire = encodeSwipe(shape, bytes(lines), { flag, newLine: 'crlf' });
          for (let at = 0; at < wire.length; at += size) heard.push(wire.subarray(at, at + size));
          expect(heard.lines).toEqual([lines]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each(shapes)('%s: nothing when one byte is another', (shape) => {
    const wire = encodeSwipe(shape, bytes(td3));
    for (let at = 0; at < wire.length; at += 1) {
      const heard = listen(shape);
      const broken = Buffer.from(wire);
      // Bit 7: never a letter, a digit or a control.
      broken[at] = (broken[at] ?? 0) ^ 0x80;
      heard.push(broken);
      // The length of 3M has seven bits a byte; its BCC tells all the same. Junk before the first plain line is dropped.
      expect(heard.lines, `byte ${at}`).toEqual([]);
    }
  });

  test('3m: wrong BCC, wrong length, line 3 missing: nothing', () => {
    const wire = encodeSwipe('3m', bytes(td3));
    const broken = (change: (copy: Buffer) => void): Buffer => {
      const copy = Buffer.from(wire);
      change(copy);
      return copy;
    };
    const heard = listen('auto');
    heard.push(broken((copy) => copy.writeUInt8((copy.at(-1) ?? 0) ^ 1, copy.length - 1)));
    heard.push(
      broken((copy) => {
        copy[1] = 0x60;
        copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 0x61 ^ 0x60;
      }),
    );
    const short = Buffer.concat([hex('01 0a 00 4f55 02 30 41 0d 42 0d 03')]);
    heard.push(Buffer.concat([short, Buffer.of(short.subarray(1).reduce((sum, byte) => sum ^ byte, 0))]));
    expect(heard.lines).toEqual([]);
    heard.push(wire);
    expect(heard.lines).toEqual([td3]);
  });

  test.each(shapes)('%s: an unreadable character makes no document', (shape) => {
    const heard = listen('auto');
    heard.push(encodeSwipe(shape, bytes([td3[0] ?? '', (td3[1] ?? '').replace('7', '_')])));
    expect(heard.lines).toEqual([]);
    heard.push(encodeSwipe(shape, bytes(td3)));
    expect(heard.lines.at(-1)).toEqual(td3);
  });

  test.each(['desko', '3m'] as const)(
    '%s: a frame cut off is forgotten when the next begins, wherever it was cut',
    (shape) => {
      const wire = encodeSwipe(shape, bytes(td1));
      for (let length = 0; length < wire.length; length += 1) {
        // The flag of 3M and its BCC are any byte: where they are missing only a pause helps.
        if (shape === '3m' && (length === 6 || length === wire.length - 1)) continue;
        const heard = listen(shape);
        heard.push(wire.subarray(0, length));
        heard.push(wire);
        expect(heard.lines, `cut after ${length}`).toEqual([td1]);
      }
    },
  );

  test.each(shapes)('%s: lines in bursts belong together, later ones do not', (shape) => {
    const wire = encodeSwipe(shape, bytes(td1));
    const middle = wire.indexOf(0x0d) + 1;
    const heard = listen(shape);
    heard.push(wire.subarray(0, middle), 0);
    heard.push(wire.subarray(middle), pauseMs);
    expect(heard.lines).toEqual([td1]);
    heard.push(wire.subarray(0, middle), 10 * pauseMs);
    heard.push(wire.subarray(middle), 12 * pauseMs);
    expect(heard.lines).toHaveLength(1);
  });

  test('plain: the end of one swipe and the beginning of the next are offered, and then the right ones', () => {
    const heard = listen('plain');
    heard.push(encodeSwipe('plain', bytes(td3)).subarray(45));
    heard.push(encodeSwipe('plain', bytes(td3)));
    expect(heard.lines).toEqual([[td3[1], td3[0]], td3]);
  });

  test('plain: junk before a line is dropped, inside it spoils the line, a control is none', () => {
    const heard = listen('plain');
    const [first, second] = bytes(td3);
    const line = (...parts: (Buffer | undefined)[]): Buffer =>
      Buffer.concat([...parts.flatMap((part) => part ?? []), Buffer.of(0x0d)]);
    heard.push(line(hex('ff 81'), first));
    heard.push(line(second?.subarray(0, 20), hex('00 1b'), second?.subarray(20)));
    expect(heard.lines).toEqual([td3]);
    heard.push(line(first));
    heard.push(line(second?.subarray(0, 20), hex('ff'), second?.subarray(20)));
    heard.push(line(second?.subarray(0, 20), hex('ff')));
    expect(heard.lines.slice(1)).toEqual([[td3[1], td3[0]]]);
  });
});

describe('what was read is zeroed', () => {
  test.each(shapes)('%s', (shape) => {
    const kept: Uint8Array[] = [];
    const framer = new Framer({ lines: (lines) => kept.push(...lines) }, shape, pauseMs);
    framer.push(encodeSwipe(shape, bytes(td3)), 0);
    framer.wipe();
    expect(kept).toHaveLength(2);
    for (const line of kept) expect(line.every((byte) => byte === 0)).toBe(true);
  });
});

describe('noise', () => {
  const total = Math.max(1_000_000, Number(process.env['KIOSK_FUZZ_BYTES'] ?? 0));
  const isControl = (byte: number): boolean => byte < 0x20 && byte !== 0x0a && byte !== 0x0d;
  const junk = /^[^A-Z0-9<_]+/;

  /** An independent look: do the bytes up to here end with exactly these lines, in a form that verifies? */
  function verifies(shape: Shape | 'auto', seen: Buffer, lines: readonly string[], framed: boolean): boolean {
    const text = seen.toString('latin1');
    if (framed) {
      const body = lines.map((line) => `${line}\r`).join('');
      if (text.endsWith(`\x02${body}\x03`)) return true;
      const width = lines.length === 3 ? 30 : 44;
      const three = `${lines.length === 3 ? '' : '\r'}${lines.map((line) => `${line.padEnd(width, '_')}\r`).join('')}`;
      const block = text.slice(-(three.length + 9));
      const bcc = [...block.slice(1)].reduce((sum, character) => sum ^ character.charCodeAt(0), 0);
      return (
        block[0] === '\x01' && block.slice(3, 6) === 'OU\x02' && block.slice(7, -1) === `${three}\x03` && bcc === 0
      );
    }
    const printed = Buffer.from(seen.filter((byte) => !isControl(byte)))
      .toString('latin1')
      .split(/[\r\n]+/);
    return lines.every((line, index) => {
      const one = printed.at(index - lines.length - 1) ?? '';
      // Where frames are taken too, a line may begin behind one.
      return one.replace(junk, '') === line || (shape === 'auto' && one.endsWith(line));
    });
  }

  const plans = [...shapes, 'auto' as const].map((shape) => [shape, shape === 'auto' ? total : total / 4] as const);
  test.each(plans)('%s: no document out of noise, and every one that comes after a pause', (shape, size) => {
    const chance = new Chance(0x5eed_0003);
    const seen = Buffer.alloc(512);
    let documentsSeen = 0;
    let wrong = 0;
    let last: string | undefined;
    const framer = new Framer(
      {
        lines: (lines, framed) => {
          documentsSeen += 1;
          const texts = lines.map((line) => Buffer.from(line).toString('latin1'));
          last = texts.join('/');
          if (!verifies(shape, seen, texts, framed)) wrong += 1;
        },
      },
      shape,
      pauseMs,
    );
    // Mostly bytes that mean something to the line, so that nearly right frames are frequent.
    const alphabet = [...hex('01 02 03 0d 0a 4f 55 3c 30 41 5a 5f 00 ff 63 61 20 7e')];
    const all = Object.values(documents);
    let atMs = 0;
    const feed = (data: Uint8Array): void => {
      for (const byte of data) {
        seen.copyWithin(0, 1);
        seen[seen.length - 1] = byte;
        framer.push(Uint8Array.of(byte), atMs);
      }
    };
    for (let fed = 0; fed < size; ) {
      const lines = chance.pick(all);
      const wire = encodeSwipe(shape === 'auto' ? chance.pick(shapes) : shape, bytes(lines), {
        flag: chance.below(256),
      });
      const how = chance.below(6);
      let data: Buffer = wire;
      if (how === 1) data[chance.below(data.length)] = chance.below(256);
      if (how === 2) data = wire.subarray(0, chance.below(wire.length));
      if (how === 3) data = Buffer.concat([wire.subarray(0, 40), Buffer.of(chance.pick(alphabet)), wire.subarray(40)]);
      if (how === 4) data = Buffer.from(Array.from({ length: chance.below(300) }, () => chance.pick(alphabet)));
      if (how === 5) data = Buffer.from(Array.from({ length: chance.below(300) }, () => chance.below(256)));
      if (how === 0) {
        atMs += 2 * pauseMs;
        last = undefined;
        // A pause ends a line as its CR does.
        seen.copyWithin(0, 1);
        seen[seen.length - 1] = 0x0d;
      }
      feed(data);
      if (how === 0 && last !== lines.join('/')) wrong += 1;
      fed += data.length;
    }
    expect(wrong).toBe(0);
    expect(documentsSeen).toBeGreaterThan(100);
  });

  test.each([...shapes, 'auto'] as const)('%s: keeps nothing of a line that never ends', (shape) => {
    const framer = new Framer({ lines: () => undefined }, shape, pauseMs);
    const letters = Buffer.alloc(65_536, 'A');
    const lines = Buffer.from(`${'A'.repeat(30)}\r${'B'.repeat(44)}\r\x02\x01`.repeat(1_000));
    const growth = leastGrowth(() => {
      for (let round = 0; round < 32; round += 1) {
        framer.push(letters, 0);
        framer.push(lines, 0);
      }
    });
    expect(growth).toBeLessThan(1_048_576);
  });
});
