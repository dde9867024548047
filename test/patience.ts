/**
 * Loaded before every test file. Whatever is waited for may take long on a busy machine: the library's own second would be
 * a bound on time, and tests bound none. A test that waits for something that never comes still fails.
 */
import { vi } from 'vitest';

const patienceMs = 20_000;

const { waitFor, waitUntil } = vi;
type Options = Parameters<typeof waitFor>[1];
const patient = (options: Options): Options =>
  typeof options === 'number' ? options : { timeout: patienceMs, ...options };

vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
