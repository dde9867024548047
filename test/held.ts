import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Bytes that this process holds more after `work` than before it, garbage collected: the least of five times, after one
 * that is not counted. What is kept is kept every time; what else goes on in a process that tests share is not.
 */
export function leastGrowth(work: () => void): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  work();
  const growths = Array.from({ length: 5 }, () => {
    const before = held();
    work();
    return held() - before;
  });
  return Math.min(...growths);
}
