/**
 * Where clients look for publishers, in the order in which a publisher takes the first that is free; 80 is for ws only, 443
 * for wss only (protocol.md 2).
 */
export const publisherPorts: readonly number[] = [80, 443, ...Array.from({ length: 11 }, (_, index) => 5846 + index)];
