/** Synthetic numbers with right check digits. The area code 000000 makes an ID number nobody's (GB 11643). */

/** ISO 7064 MOD 11-2 over 17 digits (GB 11643). */
export function withCheckCharacter(seventeen: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(seventeen[index]), 0);
  return seventeen + '10X98765432'.charAt(sum % 11);
}

/** 18 characters; `sequence` is three digits whose last is odd for a man and even for a woman. */
export const idNumber = (birthDate: string, sequence: string): string =>
  withCheckCharacter(`000000${birthDate}${sequence}`);

/** ICAO 9303 part 3, 4.9: weights 7 3 1, letters from 10, `<` is 0; also the number of 2017 (id-card-reader.md 10.4). */
export function icaoCheck(text: string): string {
  const value = (character: string): number => (character === '<' ? 0 : Number.parseInt(character, 36));
  const sum = [...text].reduce((total, character, index) => total + value(character) * ([7, 3, 1][index % 3] ?? 0), 0);
  return String(sum % 10);
}

/** 9 characters with the check character of GB 11714. */
export function socialCardNumber(eight: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number.parseInt(eight.charAt(index), 36), 0);
  const check = 11 - (sum % 11);
  return eight + (check === 10 ? 'X' : check === 11 ? '0' : String(check));
}

/** 19 digits: BIN, four of the region, eight of the sequence, Luhn. */
export function pan(bin: string, sequence: number): string {
  const body = `${bin}4301${String(sequence).padStart(8, '0')}`;
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}
