/** EF.DG1 around the machine-readable zone (ICAO 9303-10, 4.7.1). */
const dataGroup1 = 0x61;
const machineReadableZone = [0x5f, 0x1f] as const;

/**
 * Data group 1 as a passport's chip has it: the lines one behind the other, at most 90 characters (TD1), so that every
 * length is one byte. A copy; the caller zeroes both.
 */
export function dataGroup1Of(lines: Uint8Array): Buffer {
  const zone = [...machineReadableZone, lines.length] as const;
  const head = [dataGroup1, zone.length + lines.length, ...zone] as const;
  const group = Buffer.alloc(head.length + lines.length);
  group.set(head);
  group.set(lines, head.length);
  return group;
}
